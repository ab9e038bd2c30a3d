import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { attendanceIn, newestScan } from '../../domain/attendance.ts';
import { wordPattern } from '../../domain/event-words.ts';
import {
  type Archive,
  type AttendanceRecord,
  conflictReasons,
  type RecordedScan,
  refusalReasons,
  scanOrder,
} from '../../domain/scan.ts';
import {
  amount,
  formed,
  type Image,
  type ImageValue,
  MalformedItem,
  mapOf,
  oneOf,
  shortText,
  span,
  text,
  time,
} from './item-values.ts';
import { badgeIdOf, type ItemKey } from './keys.ts';

/** Refusals in one record; the others become items of their own, so that a record stays a write unit or two. */
export const MAX_REFUSALS = 5;

/**
 * The attendance record as an item. One attribute a scan, `s:<scanId in 22 characters>`, so that a single
 * conditional UpdateItem needs no map to exist; names are short because an item with 10 scans must fit 1 KB,
 * the size of one write unit. Beside the scans: `cat` category, `cc` country, `ch` number
 * of changes, `rf` refusals ever written into it, `ge` epoch of the gate in which it holds a place, and what repeats the scans for the conditions: `in` inside, `ls` order of the last accepted scan,
 * `fe` time of the first entry (ms), `conflictAt` order of the newest conflict that says something new (key of the index), `ar` what the scans come
 * to that were put aside.
 */
const SCAN_PREFIX = 's:';
export const scanAttribute = (scanId: string): string =>
  SCAN_PREFIX + Buffer.from(scanId.replaceAll('-', ''), 'hex').toString('base64url');

const scanAttributePattern = /^s:[A-Za-z0-9_-]{22}$/;

/** @throws {MalformedItem} */
const scanIdOf = (attribute: string): string => {
  if (!scanAttributePattern.test(attribute)) throw new MalformedItem('a scan without an id');
  const hex = Buffer.from(attribute.slice(SCAN_PREFIX.length), 'base64url').toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

const scanKinds = {
  entry: { accepted: 'E', refused: 'RE' },
  exit: { accepted: 'X', refused: 'RX' },
} as const;

const directions = new Map(
  (['entry', 'exit'] as const).flatMap((direction) =>
    Object.values<string>(scanKinds[direction]).map((kind) => [kind, direction] as const),
  ),
);

const ruleLetters = { never: 'n', always: 'a' } as const;

/** @throws {MalformedItem} */
const ruleOf = (letter: string): 'never' | 'always' => {
  if (letter === ruleLetters.never) return 'never';
  if (letter === ruleLetters.always) return 'always';
  throw new MalformedItem('a rule for entries that is not known');
};

/**
 * A scan as a map: `k` kind (E entry, X exit, R… refused), `t` scannedAt (ms), `d` device, `r` refused why,
 * `c` conflict, `o` admitted offline, `v` override reason, `y` system and why, `b` what it sorts as beside its cause,
 * `u` end of the session that caused it (ms), `w` skew (ms), `l` how much later than
 * `t` it was decided (ms), `e` the rule for entries unless `after-exit` (n never, a always), `z` annulled (`t` at,
 * `d` by, `r` reason).
 */
export const scanToValue = (scan: RecordedScan): AttributeValue => ({
  M: {
    k: { S: scanKinds[scan.direction][scan.refused === null ? 'accepted' : 'refused'] },
    t: { N: String(scan.scannedAt) },
    d: { S: scan.deviceId },
    ...(scan.refused !== null && { r: { S: scan.refused } }),
    ...(scan.conflict !== null && { c: { S: scan.conflict } }),
    ...(scan.admittedOffline && { o: { BOOL: true } }),
    ...(scan.override !== undefined && { v: { S: scan.override } }),
    ...(scan.system !== undefined && { y: { S: scan.system } }),
    ...(scan.sortsAs !== undefined && { b: { S: scan.sortsAs } }),
    ...(scan.endedAt !== undefined && { u: { N: String(scan.endedAt) } }),
    ...(scan.skewMs !== undefined && { w: { N: String(scan.skewMs) } }),
    ...(scan.decidedAt !== undefined && { l: { N: String(scan.decidedAt - scan.scannedAt) } }),
    ...(scan.reentry !== undefined && { e: { S: ruleLetters[scan.reentry] } }),
    ...(scan.annulled && {
      z: {
        M: {
          t: { N: String(scan.annulled.at) },
          d: { S: scan.annulled.deviceId },
          r: { S: scan.annulled.reason },
        },
      },
    }),
  },
});

/** A scan as an item of its own, beside the records of its key. */
export const loneItem = (key: ItemKey, scan: RecordedScan): Record<string, AttributeValue> => ({
  ...key,
  [scanAttribute(scan.scanId)]: scanToValue(scan),
  ch: { N: '1' },
});

const refusal = z.enum(refusalReasons);
const conflict = z.enum(conflictReasons);

const scanFromValue = (attribute: string, value: ImageValue): RecordedScan => {
  const fields = mapOf(value, attribute);
  const kind = text(fields, 'k');
  const direction = directions.get(kind);
  if (!direction) throw new MalformedItem('neither entry nor exit');
  const annulled = fields['z'] && mapOf(fields['z'], 'z');
  const [override, system, sortsAs, rule] = ['v', 'y', 'b', 'e'].map((letter) => fields[letter]?.S);
  const scannedAt = time(fields, 't');
  return {
    scanId: scanIdOf(attribute),
    direction,
    scannedAt,
    deviceId: shortText(fields, 'd'),
    refused: kind.startsWith('R') ? oneOf(refusal, text(fields, 'r')) : null,
    conflict: oneOf(conflict, fields['c']?.S),
    ...(fields['o']?.BOOL && { admittedOffline: true }),
    ...(override !== undefined && { override }),
    ...(system !== undefined && { system }),
    ...(sortsAs !== undefined && { sortsAs }),
    ...(fields['u'] && { endedAt: time(fields, 'u') }),
    ...(fields['w'] && { skewMs: span(fields, 'w') }),
    ...(fields['l'] && { decidedAt: scannedAt + span(fields, 'l') }),
    ...(rule !== undefined && { reentry: ruleOf(rule) }),
    ...(annulled && {
      annulled: { at: time(annulled, 't'), deviceId: text(annulled, 'd'), reason: text(annulled, 'r') },
    }),
  };
};

const countryPattern = /^[A-Z]{2}$/;

const untilOf = (last: RecordedScan | null): string => (last ? scanOrder(last) : '');

/**
 * What was put aside as a map: `n` how many, `u` order of the newest unless it is `l`, `i` inside, `e` entries, `x` exits, `f` time of
 * the first entry (ms), `s` beginning of the visit that lasts (ms), `l` the newest that counts, under its own name, `c`
 * order of the newest conflict, `r` it ends in one.
 */
export const archiveToValue = (archive: Archive): AttributeValue => ({
  M: {
    n: { N: String(archive.count) },
    ...(archive.until !== untilOf(archive.last) && { u: { S: archive.until } }),
    i: { BOOL: archive.inside },
    e: { N: String(archive.entries) },
    x: { N: String(archive.exits) },
    ...(archive.firstEntryAt !== null && { f: { N: String(archive.firstEntryAt) } }),
    ...(archive.from !== null && { s: { N: String(archive.from) } }),
    ...(archive.last && { l: { M: { [scanAttribute(archive.last.scanId)]: scanToValue(archive.last) } } }),
    ...(archive.conflictAt !== null && { c: { S: archive.conflictAt } }),
    ...(archive.endsInConflict && { r: { BOOL: true } }),
  },
});

/** @throws {MalformedItem} */
const archiveFromValue = (value: ImageValue): Archive => {
  const M = mapOf(value, 'ar');
  const [newest] = Object.entries(M['l']?.M ?? {});
  const last = newest ? scanFromValue(...newest) : null;
  return {
    count: amount(M, 'n'),
    until: M['u'] ? text(M, 'u') : untilOf(last),
    inside: M['i']?.BOOL === true,
    entries: amount(M, 'e'),
    exits: amount(M, 'x'),
    firstEntryAt: M['f'] ? time(M, 'f') : null,
    from: M['s'] ? time(M, 's') : null,
    last,
    conflictAt: M['c']?.S ?? null,
    endsInConflict: M['r']?.BOOL === true,
  };
};

/**
 * The record that an item or a stream image holds; of a refusal of an unknown badge, one with that scan alone.
 * @throws {MalformedItem}
 */
export const recordFromImage = (item: Image): AttendanceRecord => {
  const sk = text(item, 'sk');
  const scans: RecordedScan[] = [];
  for (const [name, value] of Object.entries(item)) {
    if (name.startsWith(SCAN_PREFIX)) scans.push(scanFromValue(name, value));
  }
  return {
    badgeId: badgeIdOf(sk) ?? '',
    category: formed(item, 'cat', wordPattern) ?? '',
    country: formed(item, 'cc', countryPattern),
    scans,
    changes: amount(item, 'ch'),
    refusals: item['rf'] ? amount(item, 'rf') : 0,
    ...(item['ge'] && { holds: time(item, 'ge') }),
    ...(item['ar'] && { archive: archiveFromValue(item['ar']) }),
  };
};

/** What an update of a whole record sets besides the scan itself; null: is to be absent. */
export const derivedValues = (record: AttendanceRecord): Record<string, AttributeValue | null> => {
  const { category, country, refusals = 0 } = record;
  const { inside, firstEntryAt, conflictAt } = attendanceIn(record);
  // Also a system exit that does not count now: what is appended before it has to be judged with it.
  const last = newestScan(record);
  return {
    cat: { S: category },
    cc: country === null ? null : { S: country },
    in: { BOOL: inside },
    ls: last ? { S: scanOrder(last) } : null,
    fe: firstEntryAt === null ? null : { N: String(firstEntryAt) },
    conflictAt: conflictAt === null ? null : { S: conflictAt },
    rf: refusals === 0 ? null : { N: String(refusals) },
  };
};

/** Undefined of a malformed item: `count` has parked it, and it holds nobody up. */
export const readableRecord = (item: Image): AttendanceRecord | undefined => {
  try {
    return recordFromImage(item);
  } catch (error) {
    if (error instanceof MalformedItem) return undefined;
    throw error;
  }
};
