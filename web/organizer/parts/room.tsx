import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiProblem } from '../../../shared/client/api.ts';
import { categoryText } from '../../common/category.ts';
import { clock, count, country, day, seconds } from '../../common/format.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { usePaced } from '../paced.ts';
import { linkTo, type ViewProps } from '../router.ts';
import { Behind } from './behind.tsx';
import { Figures } from './figures.tsx';
import { Fill } from './fill.tsx';
import { HeadCounts } from './head-counts.tsx';
import { Missing } from './missing.tsx';
import { RollCall } from './roll-call.tsx';
import { RoomChart, type RoomCounts } from './room-chart.tsx';
import { Conflicts, LastScans, Refusals, SplitTable } from './room-tables.tsx';
import { SessionForms } from './session-forms.tsx';
import { TroubleNote, Waiting } from './trouble.tsx';
import { zoneMark } from './zone.ts';

const EVERY_MS = 5_000;
const DEVICES_MS = 10_000;
/** What stands in the pushed counts shows at once; lists are asked for anew at most this often, ms. */
const MOVED_MS = 1_000;

const RoomFigures = ({ room, zone }: { room: RoomCounts; zone: string | undefined }) => {
  const { words } = useOrganizer();
  const { medianMinutes } = room.dwell;
  const peak = room.peakAt ? `${count(room.peak)} (${clock(room.peakAt, zone)})` : count(room.peak);
  return (
    <Figures
      of={[
        { name: words.attended, value: count(room.attended) },
        { name: words.peak, value: peak },
        { name: words.entries, value: count(room.entries) },
        { name: words.exits, value: count(room.exits) },
        { name: words.refused, value: count(room.refused) },
        { name: words.returned, value: count(room.returned) },
        {
          name: words.stayed,
          value: medianMinutes === null ? '–' : words.minutes(Math.round(medianMinutes)),
        },
      ]}
    />
  );
};

/** What is below the chart is drawn when that has been painted. */
const Below = ({ children }: { children: ComponentChildren }) => {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true));
    return () => clearTimeout(timer);
  }, []);
  return shown ? children : null;
};

export const Room = ({ id: sessionId = '' }: ViewProps) => {
  const { words, api, event, board, role } = useOrganizer();
  const params = { event, session: sessionId };
  const live = board.sessions.value.find((row) => row.sessionId === sessionId);
  const moved = usePaced(live ? live.entries + live.exits + live.refused : 0, MOVED_MS);
  const { value: room, trouble } = useLoaded(
    async () => {
      const [{ body }] = await Promise.all([
        api.call('GET /v1/events/{event}/sessions/{session}/attendance', { params }),
        // Without it times would be on the clocks of this device first.
        board.programmed,
      ]);
      return body;
    },
    [event, sessionId, moved],
    EVERY_MS,
  );
  const isThere = room !== undefined;
  const { value: devices = [] } = useLoaded(
    async () =>
      // After what is shown first.
      role === 'organizer' && isThere
        ? (await api.call('GET /v1/events/{event}/devices', { params: { event }, query: { limit: 1000 } }))
            .body.items
        : [],
    [event, role, isThere],
    DEVICES_MS,
  );
  const zone = board.programme.value.venues.find(({ venueId }) => venueId === room?.venueId)?.timeZone;
  if (trouble instanceof ApiProblem && trouble.status === 404) return <Missing />;
  if (!room) return <Waiting trouble={trouble} />;
  return (
    <>
      <p class="no-print">
        <a href={linkTo()}>{words.backToRooms}</a>
      </p>
      <h1>{inLanguage(room.title)}</h1>
      <p class="soft">
        {day(room.startsAt, zone)} {clock(room.startsAt, zone)}–{clock(room.endsAt, zone)} ·{' '}
        {words.asOf(`${seconds(room.asOf, zone)}${zoneMark(room.asOf, zone)}`)}
      </p>
      <TroubleNote of={trouble} />
      <section class="sheet no-print">
        <div class="big">
          <Fill row={live ?? room} />
        </div>
        <RoomFigures room={room} zone={zone} />
        <Behind sessionId={sessionId} devices={devices} />
      </section>
      <section class="sheet no-print">
        <h2>{words.timeline}</h2>
        <RoomChart timeline={room.timeline} zone={zone} />
      </section>
      <Below>
        <div class="pair no-print">
          <section class="sheet">
            <h2>{words.lastScans}</h2>
            <LastScans room={room} devices={devices} zone={zone} />
          </section>
          <div>
            <section class="sheet">
              <h2>{words.refusals}</h2>
              <Refusals room={room} />
            </section>
            {(Object.keys(room.byCategory).length > 0 || Object.keys(room.byCountry).length > 0) && (
              <section class="sheet">
                <SplitTable
                  title={words.category}
                  split={room.byCategory}
                  nameOf={(key) => categoryText(words, key)}
                />
                <SplitTable title={words.fields.country} split={room.byCountry} nameOf={country} />
              </section>
            )}
          </div>
        </div>
        <section class="sheet no-print">
          <h2>{words.headCounts}</h2>
          <HeadCounts sessionId={sessionId} room={room} zone={zone} />
        </section>
        <section class="sheet no-print">
          <h2>{words.conflicts}</h2>
          <Conflicts room={room} devices={devices} zone={zone} total={live?.conflicts ?? 0} />
        </section>
        {role === 'organizer' && <SessionForms sessionId={sessionId} />}
        <section class="sheet">
          <RollCall sessionId={sessionId} zone={zone} />
        </section>
      </Below>
    </>
  );
};
