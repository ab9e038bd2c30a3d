import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { type BadgeRowResult, MAX_BADGES } from '../shared/contract/badges.ts';
import { Problem } from '../shared/contract/problem.ts';
import { isBadgeTable, readBadgeCsv } from '../shared/import/badge-csv.ts';
import { type JudgedRow, judgeRows, type UploadedRow } from '../shared/import/badge-rows.ts';
import { readCsvTable } from '../shared/import/csv-table.ts';
import { type Registration, readRegistration } from '../shared/import/registration.ts';
import { type RegistrationColumns, registrationFields } from '../shared/import/registration-mapping.ts';
import type { BadgePrint } from '../shared/print/badge-pdf.ts';
import { type Connection, type ConnectionOptions, connect } from './connection.ts';
import { Failure } from './failure.ts';
import { type PrintOptions, readBadges, writeBadges } from './print.ts';
import { progress } from './progress.ts';
import { parseJson, readText } from './read-text.ts';

export interface ImportOptions extends ConnectionOptions, PrintOptions {
  readonly codes?: string | undefined;
  /** `field=Heading`, or `field=First heading+Second heading`; `field=` takes a field away. */
  readonly map?: readonly string[] | undefined;
  /** `Ticket=category` */
  readonly category?: readonly string[] | undefined;
  readonly preview?: boolean | undefined;
  /** PDF of the badges that are new or have a new code. */
  readonly print?: string | undefined;
}

const PREVIEWED = 5;

const pairOf = (option: string, text: string): readonly [string, string] => {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new Failure(`--${option} takes NAME=VALUE, not ${text}`);
  return [name.trim(), value.trim()];
};

const columnsOf = (pairs: readonly string[]): RegistrationColumns => {
  const given = pairs.map((text) => pairOf('map', text));
  const unknown = given.find(([field]) => !registrationFields.some((known) => known === field));
  if (unknown) throw new Failure(`--map knows ${registrationFields.join(', ')}, not ${unknown[0]}`);
  return Object.fromEntries(
    given.map(([field, headings]) => [
      field,
      headings === '' ? [] : headings.split('+').map((each) => each.trim()),
    ]),
  );
};

/** Says what was taken for what, since it was guessed. */
const tell = ({ source, columns, categories, leftOut, rows }: Registration): void => {
  const list = Object.entries(columns).flatMap(([field, headings = []]) =>
    headings.length === 0 ? [] : `${field} from ${headings.join(' + ')}`,
  );
  console.error(`a list of ${source}: ${list.join(', ')}`);
  for (const [ticket, category] of categories) console.error(`  ${ticket || '(no ticket)'} is ${category}`);
  for (const [status, count] of leftOut) console.error(`  left out: ${count} ${status}`);
  console.error(`  ${rows.length} badges`);
};

const readTable = (text: string, { map = [], category = [] }: ImportOptions): readonly UploadedRow[] => {
  const isOurs = map.length === 0 && isBadgeTable(readCsvTable(text, Number.MAX_SAFE_INTEGER - 2).headings);
  if (isOurs) return readBadgeCsv(text, Number.MAX_SAFE_INTEGER - 2);
  const registration = readRegistration(text, {
    columns: columnsOf(map),
    categories: new Map(category.map((pair) => pairOf('category', pair))),
  });
  tell(registration);
  return registration.rows;
};

const rowsOf = (file: string, options: ImportOptions): readonly UploadedRow[] => {
  const text = readText(file);
  const start = text.trimStart();
  try {
    if (start.startsWith('[')) {
      const rows = parseJson(text, file);
      return (Array.isArray(rows) ? rows : []).map((value, index) => ({
        value,
        place: `row ${index + 1}: `,
      }));
    }
    if (start.startsWith('{')) {
      return text.split('\n').flatMap((line, index) => {
        const place = `line ${index + 1}: `;
        return line.trim() === '' ? [] : [{ value: parseJson(line, `${file} ${place}`), place }];
      });
    }
    return readTable(text, options);
  } catch (error) {
    if (error instanceof Problem) throw new Failure(`${file}: ${error.message}`);
    throw error;
  }
};

const wrong = (file: string, rows: readonly JudgedRow[]) =>
  new Failure(
    `Nothing was imported: ${rows.length} wrong rows in ${file}`,
    rows.flatMap(({ errors }) =>
      errors.map(({ pointer, detail }) => `${pointer.split('/').slice(2).join('/') || 'row'}: ${detail}`),
    ),
  );

/** Writes issued codes as they come: a line a badge, for whoever prints them by other means. */
const codeFile = (path: string | undefined) => {
  const stream = path === undefined ? undefined : createWriteStream(path, { mode: 0o600 });
  return {
    add: (results: readonly { badgeId: string | null; code?: string | undefined }[]) => {
      for (const { badgeId, code } of results) stream?.write(`${JSON.stringify({ badgeId, code })}\n`);
    },
    close: async () => {
      if (!stream) return;
      stream.end();
      await once(stream, 'close');
    },
  };
};

const upload = async (
  { api, params }: Connection,
  file: string,
  uploaded: readonly UploadedRow[],
  taken: (results: readonly BadgeRowResult[]) => void,
) => {
  const sum = { created: 0, updated: 0, unchanged: 0 };
  const shown = progress('badges', uploaded.length);
  for (let start = 0; start < uploaded.length; start += MAX_BADGES) {
    const rows = uploaded.slice(start, start + MAX_BADGES);
    const content = JSON.stringify(rows.map(({ value }) => value));
    const raw = { content, mediaType: 'application/json' };
    const result = (await api.call('POST /v1/events/{event}/badges', { params, raw })).body;
    if (result.errors.length > 0) {
      shown.end(start);
      throw new Failure(
        `Stopped: ${start} badges of ${file} are imported, the rest is not; mend it and import it again`,
        result.errors.map(({ pointer, detail }) => {
          const [, index = '', ...field] = pointer.split('/');
          return `${rows[Number(index)]?.place ?? ''}${field.join('/')} ${detail}`;
        }),
      );
    }
    sum.created += result.created;
    sum.updated += result.updated;
    sum.unchanged += result.unchanged;
    taken(result.results);
    shown.at(start + rows.length);
  }
  shown.end(uploaded.length);
  return sum;
};

/** Gathers what has to be printed: a new badge as its row says, a changed one as it is stored now. */
const printRun = (rows: readonly JudgedRow[]) => {
  const byId = new Map(rows.map(({ row }) => [row?.badgeId, row]));
  const created: BadgePrint[] = [];
  const changed: string[] = [];
  return {
    add: (results: readonly BadgeRowResult[]) => {
      for (const { badgeId, status, code } of results) {
        const row = byId.get(badgeId ?? undefined);
        if (status === 'updated' && badgeId !== null) changed.push(badgeId);
        if (status === 'created' && row && code !== undefined) created.push({ ...row, code });
      }
    },
    write: async (connection: Connection, file: string, options: PrintOptions) =>
      writeBadges(file, [...created, ...(await readBadges(connection, changed))], options),
  };
};

export const importBadges = async (file: string, options: ImportOptions): Promise<void> => {
  const uploaded = rowsOf(file, options);
  if (uploaded.length === 0) throw new Failure(`${file} has no badges`);
  // All rows are judged before the first is sent: a wrong file leaves nothing half applied.
  const judged = (categories?: readonly { readonly id: string }[]): JudgedRow[] => {
    const rows = judgeRows(uploaded, categories);
    const faulty = rows.filter(({ errors }) => errors.length > 0);
    if (faulty.length > 0) throw wrong(file, faulty);
    return rows;
  };
  if (options.preview) {
    judged();
    for (const { value } of uploaded.slice(0, PREVIEWED)) console.log(JSON.stringify(value));
    return;
  }
  const connection = connect(options);
  const { api, params } = connection;
  const rows = judged((await api.call('GET /v1/events/{event}', { params })).body.categories);
  const codes = codeFile(options.codes);
  const prints = printRun(rows);
  try {
    const { created, updated, unchanged } = await upload(connection, file, uploaded, (results) => {
      codes.add(results);
      prints.add(results);
    });
    console.log(`badges: ${created} created, ${updated} updated, ${unchanged} unchanged`);
    if (options.print !== undefined) await prints.write(connection, options.print, options);
  } finally {
    await codes.close();
  }
};
