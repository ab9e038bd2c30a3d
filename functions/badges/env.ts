export const names = ['REGISTRY_TABLE', 'ATTENDANCE_TABLE', 'SIGNING_SECRET_ARN'] as const;
