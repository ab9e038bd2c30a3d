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

/** Takes out the first that fits. */
const take = <T>(from: T[], fits: (one: T) => boolean): T | undefined => {
  const index = from.findIndex(fits);
  return index === -1 ? undefined : from.splice(index, 1)[0];
};

const free = (identity: string, value: Row['value'], taken: ReadonlySet<string>): string => {
  const plain = slugOfId(identity);
  if (!taken.has(plain)) return plain;
  for (let count = 1; ; count += 1) {
    const sessionId = slugOfId(`${identity} ${slotOf(value)}${count === 1 ? '' : ` ${count}`}`);
    if (!taken.has(sessionId)) return sessionId;
  }
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
  // By slug, so that what was stored before identities were kept is found by its id.
  const left = Map.groupBy(known, ({ identity }) => slugOfId(identity));
  // A number there is not the same number here.
  const isOther = ({ file }: KnownSession) => file.startsWith(SCHEDULE) && file !== source;
  const takeOf = ({ identity = '', isUnique }: Row, fits: (one: KnownSession) => boolean) =>
    take(left.get(slugOfId(identity)) ?? [], (one) => (isUnique === true || !isOther(one)) && fits(one))
      ?.sessionId;
  const taken = new Set(known.map(({ sessionId }) => sessionId));
  const ids = rows.map((row) => {
    const slot = slotOf(row.value);
    return takeOf(row, (one) => slotOf({ ...one }) === slot);
  });
  return rows.map((row, index) => {
    const kept = ids[index] ?? takeOf(row, () => true);
    if (kept !== undefined) return kept;
    const sessionId = free(row.identity ?? '', row.value, taken);
    taken.add(sessionId);
    return sessionId;
  });
};
