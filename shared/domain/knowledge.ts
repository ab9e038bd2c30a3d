/** A door decides by what it has read of its event within so many ms. */
export const KNOWLEDGE_MAX_AGE_MS = 3_000;

/**
 * So many ms after a change is stored no door decides by what was before it: requests that had begun are answered, too.
 * Where the store can't be read, a door goes on with what it knew for longer.
 */
export const KNOWN_BY_MS = 5_000;
