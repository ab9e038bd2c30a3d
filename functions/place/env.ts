export const names = ['ATTENDANCE_TABLE', 'REGISTRY_TABLE'] as const;
