import type { UploadedRow } from '../../../shared/import/badge-rows.ts';
import { useOrganizer } from '../context.ts';
import { Table } from '../parts/table.tsx';

const SHOWN = 5;
const fields = ['badgeId', 'name', 'company', 'category', 'country'] as const;

const cell = ({ value }: UploadedRow, field: string): string =>
  typeof value === 'object' && value !== null
    ? String(Object.entries(value).find(([name]) => name === field)?.[1] ?? '')
    : '';

/** How the list is read with these columns. */
export const FirstRows = ({ rows }: { rows: readonly UploadedRow[] }) => {
  const { words } = useOrganizer();
  return (
    <Table
      caption={words.firstRows}
      rows={rows.slice(0, SHOWN)}
      keyOf={({ place }) => place}
      columns={fields.map((field) => ({
        title: words.fields[field],
        cell: (row: UploadedRow) => cell(row, field),
      }))}
    />
  );
};
