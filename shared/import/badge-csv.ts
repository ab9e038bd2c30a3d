import type { UploadedRow } from './badge-rows.ts';
import { malformedCsv, readCsvTable } from './csv-table.ts';

const columns = new Map(
  ['badgeId', 'category', 'country', 'name', 'company', 'code'].map((name) => [name.toLowerCase(), name]),
);

/** `badge_id`, `Badge ID` and `badgeId` are one column. */
const columnOf = (heading: string) => columns.get(heading.toLowerCase().replaceAll(/[\s_-]/g, ''));

const headingsOf = (record: readonly string[]): string[] => {
  const headings = record.map((heading) => columnOf(heading) ?? heading);
  const unknown = headings.filter((heading) => ![...columns.values()].includes(heading));
  const repeated = headings.filter((heading, index) => headings.indexOf(heading) !== index);
  const missing = ['badgeId', 'category'].filter((name) => !headings.includes(name));
  const list = (names: string[]) => names.map((name) => JSON.stringify(name.slice(0, 40))).join(', ');
  if (missing.length > 0) {
    throw malformedCsv(
      `needs a first line with badgeId,category,country,name,company,code; it lacks ${list(missing)}`,
    );
  }
  if (unknown.length > 0) throw malformedCsv(`has columns that are not known: ${list(unknown.slice(0, 10))}`);
  if (repeated.length > 0) throw malformedCsv(`has a column twice: ${list(repeated)}`);
  return headings;
};

/** What people type into a table: an empty cell is nothing, and case does not matter where it says nothing. */
const cell = (heading: string, text: string): string | null => {
  const value = text.trim();
  if (value === '') return null;
  if (heading === 'category') return value.toLowerCase();
  return heading === 'country' ? value.toUpperCase() : value;
};

/** Whether the headings are ours, so that nothing has to be mapped. */
export const isBadgeTable = (headings: readonly string[]): boolean =>
  ['badgeId', 'category'].every((name) => headings.some((heading) => columnOf(heading) === name));

/**
 * The rows of a CSV with our own headings, in any order; see `readCsvTable` for its forms.
 * @throws {Problem} `validation` when it is no such file, `payload-too-large` beyond `maxRows`
 */
export const readBadgeCsv = (body: string, maxRows: number): UploadedRow[] => {
  const table = readCsvTable(body, maxRows);
  const headings = headingsOf(table.headings);
  const { rows } = table;
  if (rows.length === 0) throw malformedCsv('has no row below its headings');
  return rows.map(({ record, line }) => {
    const place = `line ${line}: `;
    if (record.length > headings.length) {
      return { value: null, place, fault: `has ${record.length} values for ${headings.length} columns` };
    }
    return {
      value: Object.fromEntries(
        headings.map((heading, index) => [heading, cell(heading, record[index] ?? '')]),
      ),
      place,
    };
  });
};
