import { slugOfId } from './slugs.ts';

/** A session that an earlier import made. */
export interface KnownSession {
  readonly sessionId: string;
  readonly identity: string;
  readonly startsAt: string;
  readonly roomId: string | null;
  /** What first brought it, see `sourceOf`. */
  readonly file: string;
}

const SCHEDULE = 'schedule ';
/** What a schedule file is one of: the schedules of a venue. */
export const sourceOf = (venueId: string): string => `${SCHEDULE}${venueId}`;

interface Row {
  readonly identity?: string;
  /** Whether nobody else gives this identity, as a guid says of itself; a number is good in its file alone. */
  readonly isUnique?: boolean;
  readonly value: Readonly<Record<string, unknown>>;
}

const slotOf = (value: Readonly<Record<string, unknown>>): string =>
  `${value['startsAt']} ${value['roomId']}`;

/** Known sessions by what they are looked for by, in their order. */
const lookup = (known: readonly KnownSession[]) => {
  const slugs = known.map((one) => ({ one, slug: slugOfId(one.identity) }));
  const ids = (keyOf: (of: (typeof slugs)[number]) => string) =>
    new Map([...Map.groupBy(slugs, keyOf)].map(([key, of]) => [key, of.map(({ one }) => one.sessionId)]));
  return {
    // By slug, so that what was stored before identities were kept is found by its id.
    byIdentity: ids(({ slug }) => slug),
    bySlot: ids(({ one, slug }) => `${slug} ${slotOf({ ...one })}`),
  };
};

/** Ids that nothing has yet: the plain one, else one with time and place, else with a number, too. */
const freeIds = (taken: Set<string>) => {
  const counts = new Map<string, number>();
  const make = (identity: string, slot: string): string => {
    const plain = slugOfId(identity);
    if (!taken.has(plain)) return plain;
    const text = `${identity} ${slot}`;
    for (;;) {
      const count = (counts.get(text) ?? 0) + 1;
      counts.set(text, count);
      const sessionId = slugOfId(count === 1 ? text : `${text} ${count}`);
      if (!taken.has(sessionId)) return sessionId;
    }
  };
  return (identity: string, slot: string): string => {
    const sessionId = make(identity, slot);
    taken.add(sessionId);
    return sessionId;
  };
};

/**
 * An id for each row of a schedule file. A talk that is given twice stands there twice with one identity, and
 * attendance hangs on the id, so each of the two keeps its own: what is still at its time and place is told first,
 * what is left over has moved. What is new gets the plain id, or one with its time and place where that is taken.
 */
export const sessionIds = (
  rows: readonly Row[],
  known: readonly KnownSession[],
  source: string,
): string[] => {
  // A number there is not the same number here.
  const isOther = ({ file }: KnownSession) => file.startsWith(SCHEDULE) && file !== source;
  const ofAll = lookup(known);
  const ofFile = lookup(known.filter((one) => !isOther(one)));
  const used = new Set<string>();
  const take = (ids: string[] = []): string | undefined => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
      if (used.has(id)) continue;
      used.add(id);
      return id;
    }
    return undefined;
  };
  const sought = rows.map(({ identity = '', isUnique, value }) => {
    const { byIdentity, bySlot } = isUnique ? ofAll : ofFile;
    const slug = slugOfId(identity);
    const slot = slotOf(value);
    return { identity, slot, ids: byIdentity.get(slug), idsHere: bySlot.get(`${slug} ${slot}`) };
  });
  const unmoved = sought.map(({ idsHere }) => take(idsHere));
  const free = freeIds(new Set(known.map(({ sessionId }) => sessionId)));
  return sought.map(({ identity, slot, ids }, index) => unmoved[index] ?? take(ids) ?? free(identity, slot));
};
