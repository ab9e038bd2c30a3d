import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';

// What the counts must be, worked out from the bare items in the plainest way. It shares no code with what it judges.

export type Item = Readonly<Record<string, Value>>;
type Value = Pick<AttributeValue, 'S' | 'N' | 'BOOL'> & { readonly M?: Readonly<Record<string, Value>> };

export interface Expected {
  /** By `<session>#<shard>`. */
  readonly counters: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** By `<session> <minute since 1970>`: entries, exits, change of inside. */
  readonly minutes: ReadonlyMap<string, readonly [number, number, number]>;
}

interface PlainScan {
  readonly id: string;
  readonly at: number;
  readonly kind: string;
  readonly refused: string | undefined;
  readonly reason: string | undefined;
  readonly rule: string | undefined;
  readonly annulled: boolean;
}

const plainScans = (item: Item): PlainScan[] =>
  Object.entries(item)
    .filter(([name]) => name.startsWith('s:'))
    .map(([name, { M = {} }]) => ({
      id: Buffer.from(name.slice(2), 'base64url').toString('hex'),
      at: Number(M['t']?.N),
      kind: M['k']?.S ?? '',
      refused: M['r']?.S,
      reason: M['c']?.S,
      rule: M['e']?.S,
      annulled: M['z'] !== undefined,
    }))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));

const SAID_BY_OTHER_SCANS = ['already_inside', 'already_admitted', 'not_inside'];

const add = (totals: Record<string, number>, field: string, amount = 1) => {
  totals[field] = (totals[field] ?? 0) + amount;
};

const countItem = (
  item: Item,
  totals: Record<string, number>,
  minute: (at: number) => [number, number, number],
): void => {
  const scans = plainScans(item);
  if (!item['sk']?.S?.startsWith('B#')) {
    for (const { refused } of scans) add(totals, `u:${refused}`);
    return;
  }
  let [inside, entries] = [false, 0];
  let since = 0;
  for (const { at, kind, refused, reason, rule, annulled } of scans) {
    if (annulled) continue;
    if (kind.startsWith('R')) {
      add(totals, `r:${refused}`);
      continue;
    }
    const ruled = reason !== undefined && !SAID_BY_OTHER_SCANS.includes(reason);
    if (kind === 'E') {
      const twice = rule !== 'a' && (inside || (rule === 'n' && entries > 0));
      if (twice || ruled) add(totals, 'conflicts');
      add(totals, 'entries');
      if (entries > 0) add(totals, 'returned');
      entries += 1;
      minute(at)[0] += 1;
      if (!inside) {
        since = at;
        minute(at)[2] += 1;
      }
      inside = true;
    } else {
      if (!inside || ruled) add(totals, 'conflicts');
      add(totals, 'exits');
      minute(at)[1] += 1;
      if (inside) {
        minute(at)[2] -= 1;
        add(
          totals,
          `d:${Math.max(0, Math.round(Math.log(Math.max(1, (at - since) / 60_000)) / Math.log(1.125)))}`,
        );
      }
      inside = false;
    }
  }
  const groups = [
    '',
    ...(item['cat'] ? [`c:${item['cat'].S}:`] : []),
    ...(item['cc'] ? [`n:${item['cc'].S}:`] : []),
  ];
  for (const group of groups) {
    if (inside) add(totals, group === '' ? 'inside' : `${group}i`);
    if (entries > 0) add(totals, group === '' ? 'attended' : `${group}a`);
  }
  add(totals, 'changes', Number(item['ch']?.N));
};

/** Records together with the copies of scans that have left them; a copy of one that has not says nothing. */
const withCopies = (items: readonly Item[]): Item[] => {
  const nameOf = ({ pk, sk }: Item, kind: string) => `${pk?.S} ${(sk?.S ?? '').slice(2)}`.replace(kind, '');
  const copies = Map.groupBy(
    items.filter(({ sk }) => sk?.S?.startsWith('A#')),
    (item) => nameOf(item, `#${item['sk']?.S?.split('#')[2]}`),
  );
  return items.map((item) =>
    item['sk']?.S?.startsWith('B#') ? Object.assign({}, ...(copies.get(nameOf(item, '')) ?? []), item) : item,
  );
};

/** Items with a readable key and record; all else is poison, which must not count. */
const placeOf = (item: Item): { session: string; shard: string } | undefined => {
  const [, session, shard] = /^[a-z0-9-]+#([a-z0-9-]+)#(\d+)$/.exec(item['pk']?.S ?? '') ?? [];
  const isRecord = /^[BRF]#/.test(item['sk']?.S ?? '') && item['ch']?.N !== undefined;
  return session !== undefined && shard !== undefined && isRecord ? { session, shard } : undefined;
};

export const expectedCounts = (items: readonly Item[]): Expected => {
  const counters = new Map<string, Record<string, number>>();
  const minutes = new Map<string, [number, number, number]>();
  for (const item of withCopies(items)) {
    const place = placeOf(item);
    if (!place) continue;
    const key = `${place.session}#${place.shard}`;
    const totals = counters.get(key) ?? {};
    counters.set(key, totals);
    countItem(item, totals, (at) => {
      const name = `${place.session} ${Math.floor(at / 60_000)}`;
      const minute = minutes.get(name) ?? [0, 0, 0];
      minutes.set(name, minute);
      return minute;
    });
  }
  return { counters, minutes };
};

/** The last position in the stream, by `<session>#<shard>`. */
export const lastPositions = (records: readonly DynamoDBRecord[]): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const { dynamodb, eventSourceARN = '' } of records) {
    const key = /^[^#]+#([^#]+#\d+)$/.exec(dynamodb?.Keys?.['pk']?.S ?? '')?.[1];
    const label = /stream\/(.*)$/.exec(eventSourceARN)?.[1] ?? '';
    if (key !== undefined) found.set(key, `${label}#${(dynamodb?.SequenceNumber ?? '').padStart(40, '0')}`);
  }
  return found;
};
