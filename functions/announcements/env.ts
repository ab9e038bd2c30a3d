export const names = ['ANNOUNCEMENTS_TABLE', 'REGISTRY_TABLE', 'DUE_QUEUE_URL'] as const;
