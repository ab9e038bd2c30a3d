const OFFSET_BASIS = 0x811c9dc5;

/** FNV-1a, 32 bits (draft-eastlake-fnv): stable over runtimes and versions, since stored keys depend on it. */
export const fnv1a = (text: string, basis = OFFSET_BASIS): number => {
  let hash = basis;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
};

/** Which of a session's `shards` keys holds this badge. `shards` is a power of two. */
export const shardOf = (badgeId: string, shards: number): number =>
  shards === 1 ? 0 : fnv1a(badgeId) % shards;

/** Badges that one key serves well: 1,000 WRU/s per partition, a door rush of minutes. */
const BADGES_PER_SHARD = 2000;
const MAX_SHARDS = 64;
/** Of a session that nobody gave a capacity, such as an entrance: 10,000 writes a second. */
const SHARDS_WITHOUT_CAPACITY = 16;

/**
 * How many keys a session's attendance is spread over: 1 up to 2,000 people, then a power of two, at most 64; 16
 * where nobody knows how many will come.
 */
export const shardsFor = (capacity: number | null): number => {
  if (capacity === null) return SHARDS_WITHOUT_CAPACITY;
  const wanted = Math.ceil(capacity / BADGES_PER_SHARD);
  return Math.min(MAX_SHARDS, 2 ** Math.ceil(Math.log2(Math.max(1, wanted))));
};
