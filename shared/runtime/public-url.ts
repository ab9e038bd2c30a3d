/**
 * Where the deployment says it is to be found (`publicUrl` in cdk.json, else the API's own address), without a slash
 * at its end: what others keep, such as problem types and ids of feeds, begins with it. Empty outside a deployment.
 */
export const publicUrl = (): string => process.env['PUBLIC_URL'] ?? '';
