import { Problem } from '../contract/problem.ts';
import type { UploadedRow } from './badge-rows.ts';
import { countryCode } from './country.ts';
import { type CsvTable, malformedCsv, readCsvTable } from './csv-table.ts';
import { guessMapping, type RegistrationColumns, type RegistrationField } from './registration-mapping.ts';

export interface RegistrationOptions {
  /** Columns by field instead of those that are guessed; an empty list takes a field away. */
  readonly columns?: RegistrationColumns | undefined;
  /** Badge category by ticket, as the list names it; `*` for all others. */
  readonly categories?: ReadonlyMap<string, string> | undefined;
}

export interface Registration {
  readonly source: string;
  readonly columns: RegistrationColumns;
  readonly rows: readonly UploadedRow[];
  /** What the list's tickets were taken for. */
  readonly categories: ReadonlyMap<string, string>;
  /** Number of registrations that are none any more, by their status. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** Whoever has one of these does not come. */
const NOT_COMING =
  /refund|cancel|delet|not attending|withdrawn|reject|declined|expired|pending|awaiting|unpaid|transferred|no[- ]show/i;

/** A ticket's name says who somebody is more often than not. */
const words: readonly (readonly [RegExp, string])[] = [
  [/\bvip\b|guest of hono/i, 'vip'],
  [/speaker|presenter|panel|referent|嘉宾|讲者/i, 'speaker'],
  [/press|media|journalist|媒体|记者/i, 'press'],
  [/staff|crew|volunteer|organi[sz]er|helper|工作人员|志愿者/i, 'staff'],
  [/exhibit|booth|sponsor|展商/i, 'exhibitor'],
];

const categoryOf = (ticket: string, given: ReadonlyMap<string, string>): string =>
  given.get(ticket) ?? given.get('*') ?? words.find(([word]) => word.test(ticket))?.[1] ?? 'delegate';

const isHan = (text: string): boolean => /^\p{Script=Han}+$/u.test(text);

/** Chinese names stand without a space, the family's first. */
const fullName = (first: string, last: string): string =>
  isHan(first) && isHan(last) ? `${last}${first}` : `${first} ${last}`.trim();

const idOf = (parts: readonly string[]): string =>
  parts
    .filter((part) => part !== '')
    .join('-')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 64);

const mappingOf = ({ headings }: CsvTable, given: RegistrationColumns = {}) => {
  const guessed = guessMapping(headings);
  const columns = { ...guessed.columns, ...given };
  const missing = Object.values(columns)
    .flat()
    .filter((heading) => !headings.includes(heading));
  const quoted = (names: readonly string[]) =>
    names.map((name) => JSON.stringify(name.slice(0, 40))).join(', ');
  if (missing.length > 0) {
    throw malformedCsv(`has no column ${quoted(missing)}; it has ${quoted(headings.slice(0, 60))}`);
  }
  if ((columns.badgeId ?? []).length === 0) {
    throw new Problem(
      'validation',
      `No column of the list tells its people apart: map badgeId to one of ${quoted(headings.slice(0, 60))}`,
    );
  }
  return { source: guessed.source, columns };
};

/**
 * A list of registrations, whichever system it is from, as rows of badges.
 * @param body CSV with a line of headings
 * @throws {Problem} `validation` when it cannot be read or its people cannot be told apart
 */
export const readRegistration = (body: string, options: RegistrationOptions = {}): Registration => {
  const table = readCsvTable(body, Number.MAX_SAFE_INTEGER - 2);
  const { source, columns } = mappingOf(table, options.columns);
  const given = options.categories ?? new Map<string, string>();
  const categories = new Map<string, string>();
  const leftOut = new Map<string, number>();
  const has = (field: RegistrationField) => (columns[field] ?? []).length > 0;

  const rows = table.rows.flatMap(({ record, line }): UploadedRow[] => {
    const cells = (field: RegistrationField): string[] =>
      (columns[field] ?? []).map((heading) => record[table.headings.indexOf(heading)]?.trim() ?? '');
    const text = (field: RegistrationField): string =>
      cells(field)
        .filter((cell) => cell !== '')
        .join(' ');
    const status = text('status');
    if (NOT_COMING.test(status)) {
      leftOut.set(status, (leftOut.get(status) ?? 0) + 1);
      return [];
    }
    const ticket = text('category');
    const category = categoryOf(ticket, given);
    categories.set(ticket, category);
    const value = {
      badgeId: idOf(cells('badgeId')),
      category,
      ...(has('country') && { country: countryCode(text('country')) || null }),
      ...((has('name') || has('firstName') || has('lastName')) && {
        name: text('name') || fullName(text('firstName'), text('lastName')) || null,
      }),
      ...(has('company') && { company: text('company') || null }),
      ...(has('code') && { code: text('code') || null }),
    };
    return [{ value, place: `line ${line}: ` }];
  });
  return { source, columns, rows, categories, leftOut };
};
