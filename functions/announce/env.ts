export const names = ['ANNOUNCEMENTS_TABLE', 'TOPIC_PREFIX', 'OPERATIONS_TOPIC_ARN'] as const;
