export const names = ['ANNOUNCEMENTS_TABLE', 'DUE_QUEUE_URL'] as const;
