import { useState } from 'preact/hooks';
import { clock, count } from '../../common/format.ts';
import { useOrganizer } from '../context.ts';
import type { RoomCounts } from './room-chart.tsx';
import { Table } from './table.tsx';
import { Trouble } from './trouble.tsx';

const SHOWN = 5;

const gapOf = ({ count: counted, inside }: RoomCounts['headCounts'][number]): string => {
  const gap = inside - counted;
  return gap > 0 ? `+${count(gap)}` : count(gap);
};

/** What somebody counted by hand beside what the scans say, with the gap; a new one can be kept. */
export const HeadCounts = ({
  sessionId,
  room,
  zone,
}: {
  sessionId: string;
  room: RoomCounts;
  zone: string | undefined;
}) => {
  const { words, api, event, role } = useOrganizer();
  const [trouble, setTrouble] = useState<unknown>();
  const [kept, setKept] = useState(0);

  const save = async (submitted: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submitted.preventDefault();
    const form = submitted.currentTarget;
    const body = { count: Number(new FormData(form).get('count')) };
    try {
      const params = { event, session: sessionId };
      await api.call('POST /v1/events/{event}/sessions/{session}/head-counts', { params, body });
      form.reset();
      setTrouble(undefined);
      setKept(body.count);
    } catch (error) {
      setTrouble(error);
    }
  };

  return (
    <>
      {room.headCounts.length === 0 && <p class="soft">{words.noHeadCounts}</p>}
      {room.headCounts.length > 0 && (
        <Table
          caption={words.headCounts}
          hideCaption
          rows={room.headCounts.slice(0, SHOWN)}
          keyOf={({ at }) => at}
          columns={[
            { title: words.at, cell: ({ at }) => clock(at, zone) },
            { title: words.byHand, kind: 'num', cell: (each) => count(each.count) },
            { title: words.byScans, kind: 'num', cell: ({ inside }) => count(inside) },
            { title: words.gap, kind: 'num', cell: gapOf },
          ]}
        />
      )}
      {role === 'organizer' && (
        <form class="row" onSubmit={(submitted) => void save(submitted)}>
          <div class="field">
            <label for="heads">{words.countedNow}</label>
            <input id="heads" name="count" type="number" min="0" max="1000000" required />
          </div>
          <div class="field">
            <button type="submit">{words.keep}</button>
          </div>
        </form>
      )}
      <p aria-live="polite">
        <Trouble of={trouble} />
        {trouble === undefined && kept > 0 && words.headCountKept(count(kept))}
      </p>
    </>
  );
};
