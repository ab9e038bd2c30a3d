import { useState } from 'preact/hooks';
import { instantOfWall, zonedText } from '../../../shared/domain/zoned-time.ts';
import { inLanguage } from '../../common/language.ts';
import { useOrganizer } from '../context.ts';
import { linkTo } from '../router.ts';
import { type EditedSession, useSessionSave } from '../session-edit.ts';
import { Choice } from './choice.tsx';
import { Outcome, SaveField } from './saving.tsx';

/** As inputs of date and time have it, on the clocks of the venue. */
const wallOf = (at: string, zone: string): string => zonedText(Date.parse(at), zone).slice(0, 16);
const instantOf = (wall: string, zone: string): string =>
  new Date(instantOfWall(Date.parse(`${wall}:00Z`), zone)).toISOString();

/** Another time or room, or no session at all; what people should hear of it is drafted by the server. */
export const MoveSession = (edited: EditedSession) => {
  const { words, board } = useOrganizer();
  const { session } = edited;
  const { said, save } = useSessionSave(edited);
  const [isAsking, setAsking] = useState(false);
  const [isMoved, setMoved] = useState(false);
  const venue = board.programme.value.venues.find(({ venueId }) => venueId === session.venueId);
  const zone = venue?.timeZone ?? 'UTC';
  const store = async (body: Parameters<typeof save>[0]) => {
    setAsking(false);
    setMoved(await save(body));
  };
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [from, until] = ['from', 'until'].map((name) => instantOf(String(form.get(name)), zone));
    const roomId = String(form.get('room') ?? '') || null;
    void store({ roomId, ...(from && { startsAt: from }), ...(until && { endsAt: until }) });
  };
  return (
    <form
      key={`${session.startsAt}${session.endsAt}${session.roomId}${session.cancelled}`}
      aria-label={words.moveSession}
      onSubmit={submit}
    >
      {session.cancelled && <p class="note bad">{words.isCancelled}</p>}
      <div class="row">
        {(['from', 'until'] as const).map((name) => (
          <div class="field" key={name}>
            <label for={name}>{words.sessionTimes[name]}</label>
            <input
              id={name}
              name={name}
              type="datetime-local"
              required
              defaultValue={wallOf(name === 'from' ? session.startsAt : session.endsAt, zone)}
            />
          </div>
        ))}
        <Choice
          id="room"
          label={words.room}
          options={[
            ['', words.nowhere],
            ...(venue?.rooms ?? []).map(({ roomId, title }) => [roomId, inLanguage(title)] as const),
          ]}
          chosen={session.roomId}
        />
        <SaveField />
        <div class="field">
          {session.cancelled ? (
            <button type="button" onClick={() => void store({ cancelled: false })}>
              {words.holdSession}
            </button>
          ) : (
            <button type="button" class="danger" onClick={() => setAsking(true)}>
              {words.cancelSession}
            </button>
          )}
        </div>
      </div>
      {isAsking && (
        <div class="note warn">
          <p>{words.cancelMeans}</p>
          <div class="row">
            <button type="button" class="danger" onClick={() => void store({ cancelled: true })}>
              {words.reallyCancel}
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              {words.cancel}
            </button>
          </div>
        </div>
      )}
      <Outcome said={said} help={words.moveHelp(zone)}>
        {isMoved && (
          <>
            {' '}
            <a href={linkTo('announcements')}>{words.seeNotices}</a>
          </>
        )}
      </Outcome>
    </form>
  );
};
