import type { KnownSession } from '../app/session-now.ts';
import type { Knowledge } from '../device/database.ts';
import { type DoorChoice, sessionAt } from '../door/session-choice.ts';
import { usePage } from './page.ts';
import { SheetFrame } from './sheet.tsx';
import { clockText, dayText, inLanguage, placeOf, zoneOf } from './texts.ts';

interface RoomPlace {
  readonly venueId: string;
  readonly roomId: string;
}

const roomsOf = ({ sessions }: Knowledge): RoomPlace[] => {
  const rooms = sessions.flatMap(({ venueId, roomId }) => (roomId === null ? [] : [{ venueId, roomId }]));
  return [...new Map(rooms.map((room) => [`${room.venueId} ${room.roomId}`, room])).values()];
};

const Choice = ({ choice, title, note }: { choice: DoorChoice; title: string; note: string }) => {
  const { scanner, state } = usePage();
  const isChosen = JSON.stringify(state.settings.choice) === JSON.stringify(choice);
  const choose = () => {
    scanner.settings({ choice });
    scanner.openSheet(null);
  };
  return (
    <li>
      <button type="button" class="row" aria-pressed={isChosen} onClick={choose}>
        <strong>{title}</strong>
        <span>{note}</span>
      </button>
    </li>
  );
};

/** Which session scans belong to: one, or whatever is on in a room. */
export const DoorSheet = () => {
  const { state, words, language } = usePage();
  const { knowledge, now, settings } = state;
  if (!knowledge) return null;
  const timeOf = (session: KnownSession) => {
    const zone = zoneOf(knowledge, session);
    return `${dayText(session.startsAt, language, zone)} ${clockText(session.startsAt, zone)}–${clockText(session.endsAt, zone)}`;
  };
  const open = knowledge.sessions.filter(({ cancelled }) => !cancelled);
  const isOver = ({ endsAt }: KnownSession) => Number(Date.parse(endsAt) < now);
  const byTime = [...open].sort((a, b) => isOver(a) - isOver(b) || a.startsAt.localeCompare(b.startsAt));
  const rooms = roomsOf({ ...knowledge, sessions: open });
  return (
    <SheetFrame title={words.chooseDoor}>
      {open.length === 0 && <p>{words.noSessions}</p>}
      {rooms.length > 0 && <h3>{words.doorRooms}</h3>}
      <ul class="rows">
        {rooms.map((place) => {
          const choice: DoorChoice = { kind: 'room', ...place };
          const session = sessionAt(open, choice, settings.direction, now);
          return (
            <Choice
              key={`${place.venueId} ${place.roomId}`}
              choice={choice}
              title={placeOf(knowledge, place, language)}
              note={session ? `${inLanguage(session.title, language)}, ${timeOf(session)}` : words.nothingOn}
            />
          );
        })}
      </ul>
      {byTime.length > 0 && <h3>{words.doorSessions}</h3>}
      <ul class="rows">
        {byTime.map((session) => (
          <Choice
            key={session.sessionId}
            choice={{ kind: 'session', sessionId: session.sessionId }}
            title={inLanguage(session.title, language)}
            note={`${timeOf(session)} · ${placeOf(knowledge, session, language)}`}
          />
        ))}
      </ul>
    </SheetFrame>
  );
};
