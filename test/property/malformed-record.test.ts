import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupEntries } from '../../functions/count/entries.ts';
import { badgeCategory, country } from '../../shared/contract/values.ts';
import type { RecordedScan } from '../../shared/domain/scan.ts';
import { readableRecord, scanAttribute, scanToValue } from '../../shared/store/attendance/item.ts';
import type { Image } from '../../shared/store/attendance/item-values.ts';
import { lastScansText } from '../../shared/store/counts/last-scans.ts';

const AT = Date.UTC(2023, 6, 5, 2);

const scan: RecordedScan = {
  scanId: '0189242e-8a31-7c4c-9a53-0d6a4b0f3c11',
  direction: 'entry',
  scannedAt: AT,
  deviceId: 'd-1',
  refused: null,
  conflict: null,
  decidedAt: AT,
  annulled: { at: AT, deviceId: 'd-2', reason: 'wrong person' },
};

const keys = { pk: { S: 'gdec-2023#forum#0' }, sk: { S: 'B#B-1' } };
const item = {
  ...keys,
  cat: { S: 'vip' },
  cc: { S: 'SG' },
  ch: { N: '1' },
  rf: { N: '0' },
  ge: { N: '1' },
  in: { BOOL: true },
  fe: { N: String(AT) },
};

/** What another version, a slip of the hand or a broken disk may have left in an attribute; undefined: it is gone. */
const anyValue = fc.oneof(
  fc.constant(undefined),
  fc.record({ S: fc.oneof(fc.string(), fc.constant('x'.repeat(100_000)), fc.constant('__proto__')) }),
  fc.record({
    N: fc.oneof(
      fc.maxSafeInteger().map(String),
      fc.double({ noNaN: true }).map(String),
      fc.constant('1e120'),
    ),
  }),
  fc.record({ BOOL: fc.boolean() }),
  fc.constantFrom({ M: {} }, {}),
);
const scanPart = fc.constantFrom(...'ktdrcovyuwlez');
const recordPart = fc.constantFrom(
  ...Object.keys(item).slice(2),
  scanAttribute(scan.scanId),
  's:',
  's:AA',
  'ar',
);

const damaged = fc
  .record({
    inScan: fc.dictionary(scanPart, anyValue, { maxKeys: 2 }),
    inRecord: fc.dictionary(recordPart, anyValue, { maxKeys: 1 }),
    isAnnulled: fc.boolean(),
  })
  .map(({ inScan, inRecord, isAnnulled }): Image => {
    const { annulled: _, ...rest } = scan;
    const fields = { ...scanToValue(isAnnulled ? scan : rest).M, ...inScan };
    const all = { ...item, [scanAttribute(scan.scanId)]: { M: present(fields) }, ...inRecord };
    return present(all);
  });

const present = <T>(fields: Readonly<Record<string, T | undefined>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

it('a record of any content is read as one that can be counted and shown, or is put aside', () => {
  let [counted, aside] = [0, 0];
  fc.assert(
    fc.property(damaged, (image) => {
      const { groups, poison } = groupEntries([
        {
          eventSourceARN: 'arn:aws:dynamodb:local:0:table/Attendance/stream/1',
          dynamodb: { Keys: keys, NewImage: JSON.parse(JSON.stringify(image)), SequenceNumber: '1' },
        },
      ]);
      const record = readableRecord(image);
      expect(poison.length).toBe(record ? 0 : 1);
      if (record) counted += 1;
      else aside += 1;
      if (!record) return;
      expect(record.category === '' || badgeCategory.safeParse(record.category).success).toBe(true);
      expect(record.country === null || country.safeParse(record.country).success).toBe(true);
      for (const { scannedAt, annulled } of record.scans)
        for (const at of [scannedAt, annulled?.at ?? 0]) expect(new Date(at).toISOString()).toHaveLength(24);
      const [{ fields = {}, minutes = new Map(), scans = [] } = {}] = groups[0]?.entries ?? [];
      for (const [name, value] of Object.entries(fields)) {
        expect(name.length).toBeLessThan(64);
        expect(value).toSatisfy(Number.isSafeInteger);
      }
      for (const minute of minutes.keys()) expect(String(Math.floor(minute / 60)).length).toBeLessThan(10);
      expect(lastScansText(scans).length).toBeLessThan(1_000);
    }),
    { numRuns: 2_000 },
  );
  expect([counted > 100, aside > 100]).toEqual([true, true]);
});
