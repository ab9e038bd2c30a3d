import { once } from 'node:events';
import { createGzip, type Gzip } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';
import { Problem } from '../../shared/contract/problem.ts';
import type { Answer } from '../../shared/runtime/http.ts';

/** A row as columns in order; text that a spreadsheet would take for a formula is made harmless. */
export type Row = readonly (string | number | boolean | null)[];

/**
 * Lambda answers with at most 6 MB, bytes as base64 and quoted in JSON included.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_TEXT_BYTES = 5_000_000;
const MAX_COMPRESSED_BYTES = 4_300_000;

/** RFC 4180, and safe to open: a leading = + - @ tab or CR is prefixed with '. */
export const csvOf = (rows: readonly Row[]): string =>
  stringify(
    [...rows].map((row) => [...row]),
    {
      record_delimiter: 'windows',
      escape_formulas: true,
      // With CRLF between records it leaves a lone CR or LF unquoted, and a spreadsheet would begin a row there.
      quoted_match: /[\r\n]/,
      cast: { boolean: String },
    },
  );

/** Whether `Accept-Encoding` takes gzip (RFC 9110, 12.5.3); without the header nobody has said so. */
export const takesGzip = (acceptEncoding: string | undefined): boolean => {
  const codings = new Map(
    (acceptEncoding ?? '').split(',').map((each) => {
      const [coding = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return [coding, weight === undefined ? 1 : Number(weight.slice(2))] as const;
    }),
  );
  return (codings.get('gzip') ?? codings.get('*') ?? 0) > 0;
};

interface Sink {
  write(text: string): Promise<void>;
  end(): Promise<Pick<Answer, 'text' | 'bytes' | 'headers'>>;
}

const tooLarge = (detail: string): Problem => new Problem('not-acceptable', detail);

const plainSink = (): Sink => {
  const chunks: string[] = [];
  let bytes = 0;
  return {
    write: async (text) => {
      bytes += Buffer.byteLength(text);
      if (bytes > MAX_TEXT_BYTES) {
        throw tooLarge('This table is too large to be sent as it is: ask for it with Accept-Encoding: gzip');
      }
      chunks.push(text);
    },
    end: async () => ({ text: chunks.join('') }),
  };
};

const collected = (gzip: Gzip) => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  gzip.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
  });
  return { chunks, bytes: () => bytes };
};

const gzipSink = (): Sink => {
  const gzip = createGzip();
  const output = collected(gzip);
  return {
    write: async (text) => {
      if (output.bytes() > MAX_COMPRESSED_BYTES) {
        gzip.destroy();
        throw tooLarge('This table is too large for one answer: read it page by page as JSON (…/attendees)');
      }
      if (!gzip.write(text)) await once(gzip, 'drain');
    },
    end: async () => {
      const ended = once(gzip, 'end');
      gzip.end();
      await ended;
      return { bytes: Buffer.concat(output.chunks), headers: { 'content-encoding': 'gzip' } };
    },
  };
};

/**
 * Answers rows as a CSV file. They are compressed as they come: what is held is a part of the rows and the
 * compressed file.
 * @throws {Problem} `not-acceptable` when it does not fit an answer
 */
export const csvAnswer = async (
  parts: AsyncIterable<readonly Row[]>,
  {
    columns,
    name,
    gzip,
  }: { readonly columns: readonly string[]; readonly name: string; readonly gzip: boolean },
): Promise<Answer> => {
  const sink = gzip ? gzipSink() : plainSink();
  await sink.write(csvOf([columns]));
  for await (const rows of parts) if (rows.length > 0) await sink.write(csvOf(rows));
  const { headers, ...content } = await sink.end();
  return {
    status: 200,
    ...content,
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${name}.csv"`,
      vary: 'accept-encoding',
      ...headers,
    },
  };
};
