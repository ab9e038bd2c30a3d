/** Codes before the camera, each with when it was last seen (ms). */
export type Sight = ReadonlyMap<string, number>;

export const nothingInSight: Sight = new Map();

/**
 * A badge that a hand moves, or that one frame misses, is the same badge still; one that comes back later is a new
 * scan. Longer than any gap between two readings of a phone that decodes slowly.
 */
export const GONE_AFTER_MS = 1200;

/** What a frame shows: the codes that were not in sight before, each of which is one scan. */
export const look = (
  sight: Sight,
  codes: readonly string[],
  at: number,
): { readonly sight: Sight; readonly appeared: readonly string[] } => {
  const still = [...sight].filter(([, seenAt]) => at - seenAt < GONE_AFTER_MS);
  const known = new Map(still);
  const appeared = [...new Set(codes)].filter((code) => !known.has(code));
  return { sight: new Map([...still, ...codes.map((code) => [code, at] as const)]), appeared };
};
