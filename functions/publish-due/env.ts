export const names = ['ANNOUNCEMENTS_TABLE'] as const;
