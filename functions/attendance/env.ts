export const names = [
  'ATTENDANCE_TABLE',
  'COUNTS_TABLE',
  'REGISTRY_TABLE',
  'LIVE_HTTP_URL',
  'LIVE_SOCKET_URL',
] as const;
