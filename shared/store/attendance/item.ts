import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { foldAttendance } from '../../domain/attendance.ts';
import {
  type AttendanceRecord,
  conflictReasons,
  effectiveScans,
  type RecordedScan,
  type Reentry,
  reentryModes,
  refusalReasons,
  scanOrder,
} from '../../domain/scan.ts';
import { badgeIdOf } from './keys.ts';

/**
 * The attendance record as an item. One attribute a scan, `s:<scanId in 22 characters>`, so that a single
 * conditional UpdateItem needs no map to exist; names are short because an item with 10 scans must fit 1 KB,
 * the size of one write unit. Beside the scans: `cat` category, `cc` country, `re` reentry unless `after-exit`,
 * `ch` number of changes, and what repeats the scans for the conditions: `in` inside, `ls` order of the last
 * accepted scan, `fe` time of the first entry (ms), `conflictAt` order of the newest conflict (key of the index).
 */
export type Image = Readonly<Record<string, ImageValue>>;
interface ImageValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly M?: Readonly<Record<string, ImageValue>> | undefined;
}

const SCAN_PREFIX = 's:';
export const scanAttribute = (scanId: string): string =>
  SCAN_PREFIX + Buffer.from(scanId.replaceAll('-', ''), 'hex').toString('base64url');

const scanIdOf = (attribute: string): string => {
  const hex = Buffer.from(attribute.slice(SCAN_PREFIX.length), 'base64url').toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

const scanKinds = {
  entry: { accepted: 'E', refused: 'RE' },
  exit: { accepted: 'X', refused: 'RX' },
} as const;

/**
 * A scan as a map: `k` kind (E entry, X exit, R… refused), `t` scannedAt (ms), `d` device, `r` refused why,
 * `c` conflict, `o` admitted offline, `v` override reason, `y` system and why, `w` skew (ms), `z` annulled (`t` at,
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
    ...(scan.skewMs !== undefined && { w: { N: String(scan.skewMs) } }),
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

const refusal = z.enum(refusalReasons);
const conflict = z.enum(conflictReasons);
const reentryMode = z.enum(reentryModes);

/** An item that is not what this code writes. */
export class MalformedItem extends Error {
  override readonly name = 'MalformedItem';
}

const text = (item: Readonly<Record<string, ImageValue>>, name: string): string => {
  const value = item[name]?.S;
  if (value === undefined) throw new MalformedItem(`attribute ${name} is not a string`);
  return value;
};

const number = (item: Readonly<Record<string, ImageValue>>, name: string): number => {
  const value = Number(item[name]?.N);
  if (!Number.isFinite(value)) throw new MalformedItem(`attribute ${name} is not a number`);
  return value;
};

const oneOf = <T extends z.ZodMiniType>(schema: T, value: string | undefined): z.output<T> | null => {
  if (value === undefined) return null;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new MalformedItem(`unknown reason ${value}`);
  return parsed.data;
};

const scanFromValue = (attribute: string, value: ImageValue): RecordedScan => {
  const fields = value.M;
  if (!fields) throw new MalformedItem(`attribute ${attribute} is not a scan`);
  const kind = text(fields, 'k');
  const annulled = fields['z']?.M;
  const { v: override, y: system, w: skew } = { v: fields['v']?.S, y: fields['y']?.S, w: fields['w']?.N };
  return {
    scanId: scanIdOf(attribute),
    direction: kind.endsWith('E') ? 'entry' : 'exit',
    scannedAt: number(fields, 't'),
    deviceId: text(fields, 'd'),
    refused: kind.startsWith('R') ? oneOf(refusal, text(fields, 'r')) : null,
    conflict: oneOf(conflict, fields['c']?.S),
    ...(fields['o']?.BOOL && { admittedOffline: true }),
    ...(override !== undefined && { override }),
    ...(system !== undefined && { system }),
    ...(skew !== undefined && { skewMs: Number(skew) }),
    ...(annulled && {
      annulled: { at: number(annulled, 't'), deviceId: text(annulled, 'd'), reason: text(annulled, 'r') },
    }),
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
    category: item['cat']?.S ?? '',
    country: item['cc']?.S ?? null,
    scans,
    reentry: oneOf(reentryMode, item['re']?.S) ?? 'after-exit',
    changes: number(item, 'ch'),
  };
};

/** What an update of a whole record sets besides the scan itself. */
export const derivedValues = (
  scans: readonly RecordedScan[],
  reentry: Reentry,
): { set: Record<string, AttributeValue>; remove: string[] } => {
  const attendance = foldAttendance(scans, reentry);
  const newest = attendance.conflicts.at(-1);
  // Also a system exit that does not count now: what is appended before it has to be judged with it.
  const last = effectiveScans(scans).at(-1);
  const values: Record<string, AttributeValue | null> = {
    in: { BOOL: attendance.inside },
    ls: last ? { S: scanOrder(last) } : null,
    fe: attendance.firstEntryAt === null ? null : { N: String(attendance.firstEntryAt) },
    conflictAt: newest ? { S: scanOrder(newest.scan) } : null,
  };
  const set: Record<string, AttributeValue> = {};
  const remove: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value) set[name] = value;
    else remove.push(name);
  }
  return { set, remove };
};
