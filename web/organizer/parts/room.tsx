import { clock, count, country, day, seconds } from '../../common/format.ts';
import { inLanguage } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { linkTo } from '../router.ts';
import type { Device } from '../store/device.ts';
import { AdmissionForm } from './admission-form.tsx';
import { Behind } from './behind.tsx';
import { HeadCounts } from './head-counts.tsx';
import { RollCall } from './roll-call.tsx';
import { RoomChart, type RoomCounts } from './room-chart.tsx';
import { Fill } from './wall.tsx';

const EVERY_MS = 5_000;
const DEVICES_MS = 10_000;

type Split = Readonly<Record<string, { readonly inside: number; readonly attended: number } | undefined>>;

const SplitTable = ({
  title,
  split,
  nameOf,
}: {
  title: string;
  split: Split;
  nameOf: (key: string) => string;
}) => {
  const { words } = useOrganizer();
  const rows = Object.entries(split)
    .flatMap(([key, value]) => (value ? [{ key, ...value }] : []))
    .toSorted((a, b) => b.inside - a.inside || b.attended - a.attended || a.key.localeCompare(b.key));
  if (rows.length === 0) return null;
  return (
    <div class="scroll">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            <th scope="col" class="num">
              {words.inside}
            </th>
            <th scope="col" class="num">
              {words.attended}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, inside, attended }) => (
            <tr key={key}>
              <td>{nameOf(key)}</td>
              <td class="num">{count(inside)}</td>
              <td class="num">{count(attended)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

interface ConflictsOf {
  readonly conflicts: RoomCounts['conflicts'];
  readonly devices: readonly Device[];
  readonly zone: string | undefined;
}

const Conflicts = ({ conflicts, devices, zone }: ConflictsOf) => {
  const { words } = useOrganizer();
  const nameOf = (id: string) => devices.find(({ deviceId }) => deviceId === id)?.name ?? id;
  if (conflicts.length === 0) return <p class="soft">{words.noConflicts}</p>;
  return (
    <div class="scroll">
      <table>
        <caption class="hidden">{words.conflicts}</caption>
        <thead>
          <tr>
            <th scope="col">{words.badge}</th>
            <th scope="col">{words.conflict}</th>
            <th scope="col">{words.thisScan}</th>
            <th scope="col">{words.before}</th>
          </tr>
        </thead>
        <tbody>
          {conflicts.map(({ badgeId, conflict, scan, previous, override }) => (
            <tr key={scan.scanId}>
              <td>
                <a href={linkTo('people', badgeId)}>{badgeId}</a>
              </td>
              <td>
                {words.reason(conflict)}
                {override && <div class="soft">{override}</div>}
              </td>
              <td>
                {nameOf(scan.deviceId)} · {clock(scan.scannedAt, zone)}
              </td>
              <td>{previous ? `${nameOf(previous.deviceId)} · ${clock(previous.scannedAt, zone)}` : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const Figures = ({ room, zone }: { room: RoomCounts; zone: string | undefined }) => {
  const { words } = useOrganizer();
  const peak = room.peakAt ? `${count(room.peak)} (${clock(room.peakAt, zone)})` : count(room.peak);
  const figures = [
    [words.attended, count(room.attended)],
    [words.peak, peak],
    [words.entries, count(room.entries)],
    [words.exits, count(room.exits)],
    [words.refused, count(room.refused)],
    [words.returned, count(room.returned)],
    [
      words.stayed,
      room.dwell.medianMinutes === null ? '–' : words.minutes(Math.round(room.dwell.medianMinutes)),
    ],
  ] as const;
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};

export const Room = ({ sessionId }: { sessionId: string }) => {
  const { words, api, event, board, role } = useOrganizer();
  const params = { event, session: sessionId };
  const { value: room, trouble } = useLoaded(
    async () => (await api.call('GET /v1/events/{event}/sessions/{session}/attendance', { params })).body,
    [event, sessionId],
    EVERY_MS,
  );
  const { value: devices = [] } = useLoaded(
    async () =>
      role === 'organizer'
        ? (await api.call('GET /v1/events/{event}/devices', { params: { event }, query: { limit: 1000 } }))
            .body.items
        : [],
    [event, role],
    DEVICES_MS,
  );
  const live = board.sessions.value.find((row) => row.sessionId === sessionId);
  const zone = board.programme.value.venues.find(({ venueId }) => venueId === room?.venueId)?.timeZone;
  if (!room)
    return trouble ? <p class="note bad">{words.failed(trouble)}</p> : <p class="soft">{words.loading}</p>;
  return (
    <>
      <p class="no-print">
        <a href={linkTo()}>{words.backToRooms}</a>
      </p>
      <h1>{inLanguage(room.title)}</h1>
      <p class="soft">
        {day(room.startsAt, zone)} {clock(room.startsAt, zone)}–{clock(room.endsAt, zone)} ·{' '}
        {words.asOf(seconds(room.asOf, zone))}
      </p>
      {trouble && <p class="note bad">{words.failed(trouble)}</p>}
      <section class="sheet no-print">
        <div class="big">
          <Fill row={live ?? room} />
        </div>
        <Figures room={room} zone={zone} />
        <Behind sessionId={sessionId} devices={devices} />
      </section>
      <section class="sheet no-print">
        <h2>{words.timeline}</h2>
        <RoomChart timeline={room.timeline} zone={zone} />
      </section>
      <div class="pair no-print">
        <section class="sheet">
          <SplitTable title={words.category} split={room.byCategory} nameOf={(key) => key} />
        </section>
        <section class="sheet">
          <SplitTable title={words.country} split={room.byCountry} nameOf={country} />
        </section>
      </div>
      <section class="sheet no-print">
        <h2>{words.headCounts}</h2>
        <HeadCounts sessionId={sessionId} room={room} zone={zone} />
      </section>
      <section class="sheet no-print">
        <h2>{words.conflicts}</h2>
        <Conflicts conflicts={room.conflicts} devices={devices} zone={zone} />
      </section>
      {role === 'organizer' && (
        <section class="sheet no-print">
          <h2>{words.admission}</h2>
          <AdmissionForm sessionId={sessionId} />
        </section>
      )}
      <section class="sheet">
        <RollCall sessionId={sessionId} zone={zone} />
      </section>
    </>
  );
};
