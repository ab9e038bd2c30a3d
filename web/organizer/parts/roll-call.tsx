import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { categoryText } from '../../common/category.ts';
import { clock, count, country } from '../../common/format.ts';
import { useOrganizer } from '../context.ts';
import { Table } from './table.tsx';
import { TroubleNote } from './trouble.tsx';

type Attendee = ApiBody<'GET /v1/events/{event}/sessions/{session}/attendees'>['items'][number];

const PAGE = 100;

/** Who is inside now, to be printed and ticked off, and the export of everybody who came. */
export const RollCall = ({ sessionId, zone }: { sessionId: string; zone: string | undefined }) => {
  const { words, api, event } = useOrganizer();
  const [inside, setInside] = useState<{ readonly at: number; readonly people: readonly Attendee[] }>();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const params = { event, session: sessionId };

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setTrouble(undefined);
    await work().catch(setTrouble);
    setBusy(false);
  };
  const call = async () => {
    const at = Date.now();
    const people: Attendee[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await api.call('GET /v1/events/{event}/sessions/{session}/attendees', {
        params,
        query: { limit: PAGE, cursor },
      });
      people.push(...body.items.filter((attendee) => attendee.inside));
      cursor = body.nextCursor;
    } while (cursor !== undefined);
    setInside({ at, people });
  };
  const save = async () => {
    const { body } = await api.call('GET /v1/events/{event}/sessions/{session}/attendees.csv', { params });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([body], { type: 'text/csv' }));
    link.download = `${sessionId}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  return (
    <>
      <h2>{words.rollCall}</h2>
      <div class="row no-print">
        <button type="button" disabled={busy} onClick={() => void attempt(call)}>
          {words.whoIsInside}
        </button>
        {inside && (
          <button type="button" onClick={() => print()}>
            {words.print}
          </button>
        )}
        <button type="button" disabled={busy} onClick={() => void attempt(save)}>
          {words.exportCsv}
        </button>
      </div>
      <div aria-live="polite">
        <TroubleNote of={trouble} />
        {inside && <p>{words.insideAt(count(inside.people.length), clock(inside.at, zone))}</p>}
      </div>
      {inside && inside.people.length > 0 && (
        <Table
          caption={words.rollCall}
          hideCaption
          rows={inside.people}
          keyOf={({ badgeId }) => badgeId}
          columns={[
            { title: '✓', cell: () => '☐' },
            {
              title: words.badge,
              cell: ({ name, badgeId }) => (
                <>
                  {name && <div>{name}</div>}
                  <span class={name ? 'soft' : ''}>{badgeId}</span>
                </>
              ),
            },
            { title: words.category, cell: ({ category }) => categoryText(words, category) },
            { title: words.fields.country, cell: (each) => (each.country ? country(each.country) : '') },
            {
              title: words.lastScan,
              kind: 'num',
              cell: ({ lastScanAt }) => (lastScanAt ? clock(lastScanAt, zone) : ''),
            },
          ]}
        />
      )}
    </>
  );
};
