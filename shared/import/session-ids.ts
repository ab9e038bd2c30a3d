import { slugOfId } from './slugs.ts';

/** A session that an earlier import made. */
export interface KnownSession {
  readonly sessionId: string;
  readonly identity: string;
  readonly startsAt: string;
  readonly roomId: string | null;
}

interface Row {
  readonly identity?: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const slotOf = (value: Readonly<Record<string, unknown>>): string =>
  `${value['startsAt']} ${value['roomId']}`;

/** Takes out the first that fits. */
const take = <T>(from: T[], fits: (one: T) => boolean): T | undefined => {
  const index = from.findIndex(fits);
  return index === -1 ? undefined : from.splice(index, 1)[0];
};

/**
 * An id for each row of a schedule file. A talk that is given twice stands there twice with one identity, and
 * attendance hangs on the id, so each of the two keeps its own: what is still at its time and place is told first,
 * what is left over has moved. What is new gets the plain id, or one with its time and place where that is taken.
 */
export const sessionIds = (rows: readonly Row[], known: readonly KnownSession[]): string[] => {
  // By slug, so that what was stored before identities were kept is found by its id.
  const left = Map.groupBy(known, ({ identity }) => slugOfId(identity));
  const taken = new Set(known.map(({ sessionId }) => sessionId));
  const ids: (string | undefined)[] = rows.map(({ identity = '', value }) => {
    const slot = slotOf(value);
    return take(left.get(slugOfId(identity)) ?? [], (one) => slotOf({ ...one }) === slot)?.sessionId;
  });
  return rows.map(({ identity = '', value }, index) => {
    const kept = ids[index] ?? take(left.get(slugOfId(identity)) ?? [], () => true)?.sessionId;
    if (kept !== undefined) return kept;
    const plain = slugOfId(identity);
    const sessionId = taken.has(plain) ? slugOfId(`${identity} ${slotOf(value)}`) : plain;
    taken.add(sessionId);
    return sessionId;
  });
};
