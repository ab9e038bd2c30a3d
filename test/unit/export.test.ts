import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { csvAnswer, csvOf, type Row, takesGzip } from '../../functions/export/csv.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { zonedText } from '../../shared/domain/zoned-time.ts';

const columns = ['badgeId', 'at'];
async function* parts(count: number, rowOf: (index: number) => Row) {
  for (let start = 0; start < count; start += 1_000) {
    const size = Math.min(1_000, count - start);
    yield Array.from({ length: size }, (_, index) => rowOf(start + index));
  }
}
const aRow = (index: number): Row => [
  `B-${String(index).padStart(6, '0')}`,
  zonedText(1_688_460_000_000 + ((index * 7_919_993) % 14_400_000), 'Asia/Shanghai'),
];

describe('a table that is opened in a spreadsheet', () => {
  test.each(['=1+1', '+49', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '=1\n=2'])('runs nothing: %j', (text) => {
    expect(parse(csvOf([[text]]))).toEqual([[`'${text}`]]);
  });

  test('keeps numbers, words and empty places as they are', () => {
    expect(csvOf([[-3, 0.5, true, false, null, 'a,b', 'say "hi"', '数据']])).toBe(
      '-3,0.5,true,false,,"a,b","say ""hi""",数据\r\n',
    );
  });

  test('holds any text, whatever is in it', () => {
    const cells = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(cells, (texts) => {
        const [row] = z.array(z.array(z.string())).parse(parse(csvOf([texts]), { record_delimiter: '\r\n' }));
        expect(row).toHaveLength(texts.length);
        for (const [index, text] of texts.entries()) expect([text, `'${text}`]).toContain(row?.[index]);
      }),
    );
  });
});

describe('times in a table', () => {
  test.each([
    ['Asia/Shanghai', '2023-07-04T11:30:00.000Z', '2023-07-04T19:30:00.000+08:00'],
    ['Asia/Kolkata', '2023-07-04T20:00:00.123Z', '2023-07-05T01:30:00.123+05:30'],
    ['America/St_Johns', '2023-01-01T00:00:00.000Z', '2022-12-31T20:30:00.000-03:30'],
    ['UTC', '2023-07-04T11:30:00.000Z', '2023-07-04T11:30:00.000+00:00'],
    ['Europe/Berlin', '2023-03-26T00:59:59.999Z', '2023-03-26T01:59:59.999+01:00'],
    ['Europe/Berlin', '2023-03-26T01:00:00.000Z', '2023-03-26T03:00:00.000+02:00'],
  ])('are those of the venue’s clocks, with their offset: %s %s', (timeZone, utc, text) => {
    expect(zonedText(Date.parse(utc), timeZone)).toBe(text);
    expect(Date.parse(text)).toBe(Date.parse(utc));
  });
});

describe('a table of 100,000 rows', () => {
  test('fits one answer, and little of it is ever held at once', async () => {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let peak = 0;
    const watched = async function* () {
      for await (const rows of parts(100_000, aRow)) {
        peak = Math.max(peak, process.memoryUsage().rss - before);
        yield rows;
      }
    };
    const answer = await csvAnswer(watched(), { columns, name: 'x', gzip: true });
    const bytes = answer.bytes ?? new Uint8Array();
    console.log(
      `100,000 rows: ${(bytes.length / 1e6).toFixed(1)} MB compressed, ${(peak / 1e6).toFixed(0)} MB more memory`,
    );
    expect(Buffer.from(bytes).toString('base64').length).toBeLessThan(6_000_000);
    expect(answer.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    const lines = gunzipSync(bytes).toString().trimEnd().split('\r\n');
    expect(lines).toHaveLength(100_001);
    expect(lines[0]).toBe('badgeId,at');
  });

  test('is not cut short without a word when a client takes no compression', async () => {
    const asked = csvAnswer(parts(200_000, aRow), { columns, name: 'x', gzip: false });
    await expect(asked).rejects.toThrow(Problem);
    await expect(asked).rejects.toMatchObject({ status: 406 });
  });
});

describe('what a client says it takes', () => {
  test.each([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['gzip, deflate, br', true],
    ['br;q=1.0, GZIP;q=0.5', true],
    ['*', true],
    ['identity', false],
    ['gzip;q=0', false],
    ['*, gzip;q=0', false],
  ])('%s: compressed %s', (header, takes) => {
    expect(takesGzip(header)).toBe(takes);
  });
});
