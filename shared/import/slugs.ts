import { folded } from '../domain/names.ts';

/** Longest slug, see `slug` in shared/contract/values.ts. */
const MAX_LENGTH = 63;
const HASH_LENGTH = 8;

/** FNV-1a over UTF-16 units, 2 × 32 bits from two beginnings: stored ids depend on it, so it never changes. */
const fnv = (text: string, beginning: number): number => {
  let hash = beginning;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
};

/** Eight letters or digits that stand for a text: the same on every machine. */
export const shortHash = (text: string): string =>
  `${fnv(text, 0x811c9dc5).toString(36)}${fnv(text, 0x9747b28c).toString(36)}`
    .padStart(HASH_LENGTH, '0')
    .slice(-HASH_LENGTH);

const plainSlug = (text: string): string =>
  folded(text)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

const withHash = (base: string, text: string): string => {
  const hash = shortHash(text);
  return base === '' ? hash : `${base.slice(0, MAX_LENGTH - HASH_LENGTH - 1).replace(/-+$/, '')}-${hash}`;
};

/** Whether letters of the text are missing from its plain slug, so that another text may have the same. */
const isLossy = (text: string, base: string) =>
  base === '' || base.length > MAX_LENGTH || /[^\p{Script=Latin}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{C}]/u.test(text);

/**
 * A slug for a name, the same each time. What Latin letters cannot say, and what is too long, is told apart by
 * a hash of the name.
 */
export const slugOf = (text: string): string => {
  const base = plainSlug(text);
  return isLossy(text, base) ? withHash(base, text) : base;
};

/** A slug for an identifier, where `A` and `a` are two: as it is if it is a slug, else with a hash. */
export const slugOfId = (id: string): string =>
  /^[a-z0-9][a-z0-9-]{0,62}$/.test(id) ? id : withHash(plainSlug(id), id);

/** Slugs that do not repeat: of texts with the same slug, the first keeps it and the others get a hash. */
export const distinctSlugs = (makeSlug: (text: string) => string = slugOf) => {
  const owners = new Map<string, string>();
  return (text: string): string => {
    const plain = makeSlug(text);
    const slug = (owners.get(plain) ?? text) === text ? plain : withHash(plain, text);
    owners.set(slug, text);
    return slug;
  };
};
