export const names = ['REGISTRY_TABLE'] as const;
