import { count } from '../../common/format.ts';
import { useOrganizer } from '../context.ts';
import { Figures } from '../parts/figures.tsx';
import { Table } from '../parts/table.tsx';
import { countOf, type Result } from './send.ts';

/** Rows that are shown of each kind. */
const SHOWN = 200;
const placeOf = ({ place }: Result): string => place.replace(/:\s*$/, '');

const Changed = ({ results }: { results: readonly Result[] }) => {
  const { words } = useOrganizer();
  const rows = results.filter(({ status }) => status === 'updated');
  if (rows.length === 0) return null;
  return (
    <Table
      caption={words.changedRows(count(Math.min(SHOWN, rows.length)), count(rows.length))}
      long={rows.length > 10}
      rows={rows.slice(0, SHOWN)}
      keyOf={({ place, badgeId }) => `${place}${badgeId}`}
      columns={[
        { title: words.badge, cell: ({ badgeId }) => badgeId },
        {
          title: words.becomes,
          cell: ({ changes = [] }) =>
            changes.map(({ field, before, after }) =>
              field === 'code' ? (
                <div key={field}>{words.printAgain}</div>
              ) : (
                <div key={field}>
                  {words.fields[field]}: <del>{before ?? '–'}</del> → <ins>{after ?? '–'}</ins>
                </div>
              ),
            ),
        },
      ]}
    />
  );
};

const Rejected = ({ results }: { results: readonly Result[] }) => {
  const { words } = useOrganizer();
  const names: Readonly<Record<string, string>> = words.fields;
  const nameOf = (field = '') => names[field] ?? field;
  const rows = results.filter(({ status }) => status === 'invalid');
  if (rows.length === 0) return null;
  return (
    <Table
      caption={words.rejectedRows(count(Math.min(SHOWN, rows.length)), count(rows.length))}
      long={rows.length > 10}
      rows={rows.slice(0, SHOWN)}
      keyOf={({ place, badgeId }) => `${place}${badgeId}`}
      columns={[
        { title: words.line, cell: placeOf },
        { title: words.badge, cell: ({ badgeId }) => badgeId ?? '–' },
        {
          title: words.why,
          cell: ({ errors = [], place }) =>
            errors.map(({ pointer, detail }) => (
              <div class="bad" key={`${pointer}${detail}`}>
                {nameOf(pointer.split('/')[2])} {detail.replace(place, '')}
              </div>
            )),
        },
      ]}
    />
  );
};

/** What an import would do, against what is stored. */
export const Foretold = ({ results }: { results: readonly Result[] }) => {
  const { words } = useOrganizer();
  const figures = (['created', 'updated', 'unchanged', 'invalid'] as const).map((status) => {
    const found = countOf(results, status);
    return {
      name: words.rowStates[status],
      value: count(found),
      isBad: status === 'invalid' && found > 0,
    };
  });
  return (
    <>
      <Figures of={figures} />
      <Rejected results={results} />
      <Changed results={results} />
    </>
  );
};
