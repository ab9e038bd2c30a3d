import { roomLevels } from '../../shared/domain/room-level.ts';
import { textIn } from '../../shared/domain/text-in.ts';
import { Frame } from './frame.tsx';
import type { Room, Rooms } from './rooms.ts';
import { timeFrom, timeOfDay, wordsFor } from './words/words.ts';

/** Told apart without colour, too. */
const SIGNS = { free: '○', filling: '◐', full: '●' } as const;

interface Props extends Rooms {
  readonly language: string;
}

const Row = ({
  room,
  language,
  timeZone,
  title,
  now,
}: {
  room: Room;
  language: string;
  timeZone: string;
  title: string;
  now: number;
}) => {
  const words = wordsFor(language);
  const { session, level } = room;
  const from = Date.parse(session.startsAt);
  return (
    <tr>
      <th scope="row">{title}</th>
      <td>
        {textIn(session.title, language)}
        <div class="soft">
          {now < from
            ? words.from(timeFrom(now, from, language, timeZone))
            : words.until(timeFrom(now, Date.parse(session.endsAt), language, timeZone))}
        </div>
      </td>
      <td class={`level ${level}`}>
        <span aria-hidden="true">{SIGNS[level]}</span> {words.levels[level]}
      </td>
    </tr>
  );
};

/** How full the rooms are, venue by venue, at the time of the venue. */
export const RoomsPage = ({ event, programme, asOf, rooms, language }: Props) => {
  const words = wordsFor(language);
  const boards = programme.venues.flatMap((venue) => {
    const here = rooms
      .filter(({ session }) => session.venueId === venue.venueId)
      .toSorted(
        (a, b) =>
          roomLevels.indexOf(b.level) - roomLevels.indexOf(a.level) ||
          a.session.startsAt.localeCompare(b.session.startsAt),
      );
    return here.length > 0 ? [{ venue, here }] : [];
  });
  return (
    <Frame
      event={event}
      language={language}
      path={`/rooms/${event.event}`}
      title={words.rooms}
      description={textIn(event.title, language)}
      type="website"
    >
      <h1>{words.rooms}</h1>
      <p class="soft">{words.asOf(timeOfDay(asOf, language, event.timeZone))}</p>
      {boards.length === 0 && <p>{words.noRooms}</p>}
      {boards.map(({ venue, here }) => (
        <table key={venue.venueId}>
          <caption>{textIn(venue.title, language)}</caption>
          <thead>
            <tr>
              <th scope="col">{words.room}</th>
              <th scope="col">{words.session}</th>
              <th scope="col">{words.howFull}</th>
            </tr>
          </thead>
          <tbody>
            {here.map((room) => (
              <Row
                key={room.session.sessionId}
                room={room}
                language={language}
                timeZone={venue.timeZone}
                title={textIn(
                  venue.rooms.find(({ roomId }) => roomId === room.session.roomId)?.title ?? '',
                  language,
                )}
                now={asOf}
              />
            ))}
          </tbody>
        </table>
      ))}
    </Frame>
  );
};
