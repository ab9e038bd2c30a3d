export const names = ['ATTENDANCE_TABLE', 'COUNTS_TABLE', 'REGISTRY_TABLE'] as const;
