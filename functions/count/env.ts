export const names = ['COUNTS_TABLE', 'PARKED_QUEUE_URL', 'LIVE_HTTP_URL'] as const;
