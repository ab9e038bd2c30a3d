import { CsvError, parse } from 'csv-parse/sync';
import { Problem } from '../contract/problem.ts';

export interface CsvRow {
  readonly record: readonly string[];
  /** Line of the file, from 1, at which the row ends. */
  readonly line: number;
}

export interface CsvTable {
  readonly headings: readonly string[];
  readonly rows: readonly CsvRow[];
}

export const malformedCsv = (detail: string) =>
  new Problem('validation', `The CSV ${detail}`, { errors: [{ pointer: '', detail }] });

/** The separator is the one that parts the headings: values may hold the others. */
const separatorOf = (text: string): string => {
  const headings = text.slice(0, text.search(/[\r\n]|$/));
  const counted = [',', ';', '\t'].map((separator) => ({
    separator,
    count: headings.split(separator).length,
  }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).separator;
};

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
    if (error instanceof CsvError) throw malformedCsv(`cannot be read: ${error.message}`);
    throw error;
  }
  return rows;
};

/**
 * A CSV with a line of headings; commas, semicolons or tabs, quotes, any line ends, with or without a byte order mark.
 * @throws {Problem} `validation` when it is no such file, `payload-too-large` beyond `maxRows`
 */
export const readCsvTable = (body: string, maxRows: number): CsvTable => {
  const text = body.replace(/^\ufeff/, '');
  if (text.includes('\0') || text.includes('\ufffd')) {
    throw malformedCsv('is not text in UTF-8: save it as "CSV UTF-8"');
  }
  const [first, ...rows] = parseRows(text, maxRows);
  if (!first) throw malformedCsv('is empty');
  if (rows.length > maxRows) {
    throw new Problem('payload-too-large', `The CSV has more than ${maxRows} rows: send it in parts`);
  }
  return { headings: first.record.map((heading) => heading.trim()), rows };
};
