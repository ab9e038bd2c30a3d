/**
 * Where the deployment says it is to be found (`publicUrl` in cdk.json, else the API's own address), without a slash
 * at its end: what others keep, such as problem types and ids of feeds, begins with it. Empty outside a deployment.
 * Read when the function is loaded, as every setting is: functions that share a process share its environment.
 */
const url = process.env['PUBLIC_URL'] ?? '';
export const publicUrl = (): string => url;
