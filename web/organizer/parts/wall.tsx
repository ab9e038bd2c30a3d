import { clock, count, day, seconds } from '../../common/format.ts';
import { inLanguage } from '../../common/language.ts';
import { useOrganizer } from '../context.ts';
import { linkTo } from '../router.ts';
import type { SessionRow } from '../store/board.ts';
import { ageOf, byUrgency, type Level } from '../store/urgency.ts';
import { Fill } from './fill.tsx';
import { useGrowing } from './growing.ts';
import { zoneMark } from './zone.ts';

/** More than a screen shows. */
const AT_ONCE = 24;

const symbols: Record<Level, string> = {
  full: '■',
  filling: '▲',
  incomplete: '?',
  running: '●',
  occupied: '◐',
  next: '○',
  over: '–',
};

const FlowCell = ({ sessionId }: { sessionId: string }) => {
  const { board, words } = useOrganizer();
  const flow = board.flowOf(sessionId);
  if (!flow || flow.entries + flow.exits === 0)
    return (
      <td class="num soft" data-label={words.perMinute}>
        –
      </td>
    );
  const trend = flow.entries - flow.exits;
  return (
    <td class="num" data-label={words.perMinute} title={words.overSeconds(Math.round(flow.overMs / 1000))}>
      <span aria-hidden="true">{trend > 0 ? '↗' : trend < 0 ? '↘' : '→'} </span>+{count(flow.entries)} −
      {count(flow.exits)}
    </td>
  );
};

const Completeness = ({ row }: { row: SessionRow }) => {
  const { words, board } = useOrganizer();
  const { devicesSilent, scansQueued, oldestPending } = row.completeness;
  if (devicesSilent === 0 && scansQueued === 0) return <span class="soft all">{words.complete}</span>;
  const minutes = oldestPending ? Math.round((board.now.value - Date.parse(oldestPending)) / 60_000) : 0;
  return (
    <span class="warn">
      {devicesSilent > 0 && words.silentDoors(devicesSilent)}
      {devicesSilent > 0 && scansQueued > 0 && ', '}
      {scansQueued > 0 && words.scansWait(scansQueued)}
      {minutes > 0 && ` (${words.sinceMinutes(minutes)})`}
    </span>
  );
};

/** Drawn anew when one of its values changes, not when the clock goes on: a wall has hundreds of them. */
const Row = ({ row, level }: { row: SessionRow; level: Level }) => {
  const { words, board } = useOrganizer();
  const venue = board.programme.value.venues.find(({ venueId }) => venueId === row.venueId);
  const room = venue?.rooms.find(({ roomId }) => roomId === row.roomId);
  const zone = venue?.timeZone;
  return (
    <tr class={`level-${level}`}>
      <td class="state">
        <span aria-hidden="true">{symbols[level]}</span> {words.levels[level]}
      </td>
      <td>
        <a class="title" href={linkTo('rooms', row.sessionId)}>
          {inLanguage(row.title)}
        </a>
        <div class="soft where">
          {room && `${inLanguage(room.title)} · `}
          {day(row.startsAt, zone)} {clock(row.startsAt, zone)}–{clock(row.endsAt, zone)}
          {zoneMark(row.startsAt, zone)}
        </div>
      </td>
      <td>
        <Fill row={row} />
      </td>
      <FlowCell sessionId={row.sessionId} />
      <td class="num">{count(row.attended)}</td>
      <td class="num">{count(row.peak)}</td>
      <td class={row.refused > 0 ? 'num' : 'num soft'}>{count(row.refused)}</td>
      <td class={row.conflicts > 0 ? 'num warn' : 'num soft'}>{count(row.conflicts)}</td>
      <td class="complete">
        <Completeness row={row} />
      </td>
    </tr>
  );
};

export const Wall = () => {
  const { words, board } = useOrganizer();
  const ranked = byUrgency(board.sessions.value, board.now.value);
  const entrances = ranked.filter(({ session }) => session.kind === 'entrance');
  const heardAt = board.heardAt.value;
  const age = ageOf(heardAt, board.now.value);
  const shown = useGrowing(ranked.length, AT_ONCE);
  const inside = entrances.reduce((sum, { session }) => sum + session.inside, 0);
  return (
    <>
      <div class="wall-head">
        <h1>{words.rooms}</h1>
        {entrances.length > 0 && <p>{words.onSite(count(inside))}</p>}
        {heardAt !== null && <span class="clock no-print">{seconds(board.now.value)}</span>}
      </div>
      {ranked.length === 0 && <p class="soft">{words.nothingYet}</p>}
      {ranked.length > 0 && (
        <div class={`scroll board ${age}`}>
          <table>
            <caption class="hidden">{words.rooms}</caption>
            <thead>
              <tr>
                <th scope="col">{words.state}</th>
                <th scope="col">{words.session}</th>
                <th scope="col">{words.inside}</th>
                <th scope="col" class="num">
                  {words.perMinute}
                </th>
                <th scope="col" class="num">
                  {words.attended}
                </th>
                <th scope="col" class="num">
                  {words.peak}
                </th>
                <th scope="col" class="num">
                  {words.refused}
                </th>
                <th scope="col" class="num">
                  {words.conflicts}
                </th>
                <th scope="col">{words.completeness}</th>
              </tr>
            </thead>
            <tbody>
              {ranked.slice(0, shown).map(({ session, level }) => (
                <Row key={session.sessionId} row={session} level={level} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
};
