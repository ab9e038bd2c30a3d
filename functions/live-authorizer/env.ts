export const names = ['REGISTRY_TABLE', 'ISSUER', 'JWKS_URL', 'AUDIENCE'] as const;
