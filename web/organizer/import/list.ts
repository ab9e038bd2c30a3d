import type { UploadedRow } from '../../../shared/import/badge-rows.ts';
import type { Registration } from '../../../shared/import/registration.ts';
import type { RegistrationColumns, RegistrationField } from '../../../shared/import/registration-mapping.ts';

/** A file as it was dropped: headings and a few values of each, to choose columns by. */
export interface DroppedList {
  readonly file: string;
  readonly text: string;
  readonly headings: readonly string[];
  readonly samples: ReadonlyMap<string, readonly string[]>;
  /** Whose list it seems to be; undefined of a system that we don't know. */
  readonly source: string | undefined;
  readonly columns: RegistrationColumns;
}

const SAMPLES = 3;
const SAMPLE_ROWS = 50;

/** Reads here in the browser what the command line reads; the reader is loaded when it is needed. */
const reader = async () => {
  const [table, mapping, registration, decode] = await Promise.all([
    import('../../../shared/import/csv-table.ts'),
    import('../../../shared/import/registration-mapping.ts'),
    import('../../../shared/import/registration.ts'),
    import('../../../shared/import/decode-text.ts'),
  ]);
  return { ...table, ...mapping, ...registration, ...decode };
};

export const openList = async (file: File): Promise<DroppedList> => {
  const { decodeText, readCsvTable, guessMapping, OTHER_SOURCE } = await reader();
  const text = decodeText(new Uint8Array(await file.arrayBuffer()));
  const { headings, rows } = readCsvTable(text, Number.MAX_SAFE_INTEGER - 2);
  const samples = new Map(
    headings.map((heading, index) => {
      const values = rows.slice(0, SAMPLE_ROWS).map(({ record }) => record[index]?.trim() ?? '');
      return [heading, [...new Set(values.filter((value) => value !== ''))].slice(0, SAMPLES)];
    }),
  );
  const { source, columns } = guessMapping(headings);
  return {
    file: file.name,
    text,
    headings,
    samples,
    columns,
    source: source === OTHER_SOURCE ? undefined : source,
  };
};

/**
 * @param categories badge category by ticket, where somebody chose another than was guessed
 * @throws {Error} when its people cannot be told apart
 */
export const readList = async (
  { text }: DroppedList,
  columns: RegistrationColumns,
  categories: ReadonlyMap<string, string>,
): Promise<Registration> =>
  (await reader()).readRegistration(text, { columns: withoutOthers(columns), categories });

/** Rows that are wrong by themselves or repeat another of the whole list; the API sees a thousand at a time. */
export const judgeList = async (rows: readonly UploadedRow[]) =>
  (await import('../../../shared/import/badge-rows.ts')).judgeRows(rows);

/** The fields that people choose columns for, in the order in which they think of them. */
export const chosenFields: readonly RegistrationField[] = [
  'badgeId',
  'name',
  'firstName',
  'lastName',
  'company',
  'category',
  'country',
  'status',
  'code',
];

/** Names every field, so that nothing is guessed beside what was chosen. */
const withoutOthers = (columns: RegistrationColumns): RegistrationColumns =>
  Object.fromEntries(chosenFields.map((field) => [field, columns[field] ?? []]));
