/** Long enough to spare us a crowd of readers, short enough that a publication is seen within seconds. */
const PUBLIC_MAX_AGE_SECONDS = 15;

export const publicCaching = { 'cache-control': `public, max-age=${PUBLIC_MAX_AGE_SECONDS}` };
/** What organizers see is theirs alone, and always asked for anew. */
export const privateCaching = { 'cache-control': 'private, no-cache' };
/** One URL shows more to organizers than to the public: no cache may mix the two up. */
export const varies = { vary: 'authorization' };
