export const names = ['ANNOUNCEMENTS_TABLE', 'REGISTRY_TABLE', 'ISSUER', 'JWKS_URL', 'AUDIENCE'] as const;
