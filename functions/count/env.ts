export const names = ['COUNTS_TABLE', 'PARKED_QUEUE_URL'] as const;
