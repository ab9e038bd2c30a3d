export const names = ['REGISTRY_TABLE', 'SIGNING_SECRET_ARN', 'TOPIC_PREFIX'] as const;
