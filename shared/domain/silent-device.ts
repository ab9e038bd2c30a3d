/** A device that is not heard of for this long while it is needed counts as silent, ms. */
const SILENT_AFTER_MS = 5 * 60_000;

interface Scope {
  readonly paired: boolean;
  readonly revokedAt: string | null;
  /** Null: every session. */
  readonly sessions: readonly string[] | null;
}

/** Whether a device that is in use may scan for a session. */
export const serves = ({ paired, revokedAt, sessions }: Scope, sessionId: string): boolean =>
  paired && revokedAt === null && (sessions?.includes(sessionId) ?? true);

/**
 * Whether a device that was heard of before is not heard of any more.
 * @param neededSince ms since 1970: one that was switched off overnight has its time from when it is needed
 */
export const isSilent = (
  { lastSeenAt }: { readonly lastSeenAt: string | null },
  now: number,
  neededSince = 0,
): boolean => lastSeenAt !== null && now - Math.max(Date.parse(lastSeenAt), neededSince) > SILENT_AFTER_MS;
