import { CsvError, parse } from 'csv-parse/sync';
import { Problem } from '../contract/problem.ts';
import type { UploadedRow } from './badge-rows.ts';

const columns = new Map(
  ['badgeId', 'category', 'country', 'name', 'code'].map((name) => [name.toLowerCase(), name]),
);

const malformed = (detail: string) =>
  new Problem('validation', `The CSV ${detail}`, { errors: [{ pointer: '', detail }] });

/** `badge_id`, `Badge ID` and `badgeId` are one column. */
const columnOf = (heading: string) => columns.get(heading.toLowerCase().replaceAll(/[\s_-]/g, ''));

/** The separator is the one that parts the headings: values may hold the others. */
const separatorOf = (text: string): string => {
  const headings = text.slice(0, text.search(/[\r\n]|$/));
  const counted = [',', ';', '\t'].map((separator) => ({
    separator,
    count: headings.split(separator).length,
  }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).separator;
};

interface CsvRow {
  readonly record: readonly string[];
  /** Line of the file, from 1, at which the row ends. */
  readonly line: number;
}

const parseRows = (text: string, maxRows: number): CsvRow[] => {
  const rows: CsvRow[] = [];
  try {
    parse(text, {
      delimiter: separatorOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      // The headings, and one more row than may be, to tell that there are too many.
      to: maxRows + 2,
      on_record: (record: string[], { lines }) => {
        rows.push({ record, line: lines });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw malformed(`cannot be read: ${error.message}`);
    throw error;
  }
  return rows;
};

const headingsOf = (record: readonly string[]): string[] => {
  const headings = record.map((heading) => columnOf(heading.trim()) ?? heading.trim());
  const unknown = headings.filter((heading) => ![...columns.values()].includes(heading));
  const repeated = headings.filter((heading, index) => headings.indexOf(heading) !== index);
  const missing = ['badgeId', 'category'].filter((name) => !headings.includes(name));
  const list = (names: string[]) => names.map((name) => JSON.stringify(name.slice(0, 40))).join(', ');
  if (missing.length > 0) {
    throw malformed(`needs a first line with badgeId,category,country,name,code; it lacks ${list(missing)}`);
  }
  if (unknown.length > 0) throw malformed(`has columns that are not known: ${list(unknown.slice(0, 10))}`);
  if (repeated.length > 0) throw malformed(`has a column twice: ${list(repeated)}`);
  return headings;
};

/** What people type into a table: an empty cell is nothing, and case does not matter where it says nothing. */
const cell = (heading: string, text: string): string | null => {
  const value = text.trim();
  if (value === '') return null;
  if (heading === 'category') return value.toLowerCase();
  return heading === 'country' ? value.toUpperCase() : value;
};

/**
 * The rows of a CSV with a line of headings; commas, semicolons or tabs, quotes, any line ends, with or without
 * a byte order mark.
 * @throws {Problem} `validation` when it is no such file, `payload-too-large` beyond `maxRows`
 */
export const readBadgeCsv = (body: string, maxRows: number): UploadedRow[] => {
  const text = body.replace(/^\ufeff/, '');
  if (text.includes('\0') || text.includes('\ufffd')) {
    throw malformed('is not text in UTF-8: save it as "CSV UTF-8"');
  }
  const [first, ...rows] = parseRows(text, maxRows);
  if (!first) throw malformed('is empty');
  const headings = headingsOf(first.record);
  if (rows.length === 0) throw malformed('has no row below its headings');
  if (rows.length > maxRows) {
    throw new Problem('payload-too-large', `The CSV has more than ${maxRows} rows: send it in parts`);
  }
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
