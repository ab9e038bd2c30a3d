import { sessionNow } from '../app/session-now.ts';
import { mayTakeBack } from '../app/state.ts';
import { nextChangeAt } from '../door/session-choice.ts';
import { CameraView } from './camera-view.tsx';
import { Glyph } from './icons.tsx';
import { usePage } from './page.ts';
import { changeText, clockText, inLanguage, placeOf, spanText, zoneOf } from './texts.ts';

/** A clock further off than this is told of, ms. */
const WRONG_CLOCK_MS = 2 * 60_000;

/** Which door this is: tapped to change it. */
const DoorSign = () => {
  const { state, scanner, words, language } = usePage();
  const { knowledge, settings, now } = state;
  const session = sessionNow(state);
  const zone = zoneOf(knowledge, session);
  const change = knowledge && settings.choice ? nextChangeAt(knowledge.sessions, settings.choice, now) : null;
  const isOn = session && Date.parse(session.startsAt) <= now;
  return (
    <button type="button" class="door-sign" onClick={() => scanner.openSheet({ kind: 'door' })}>
      {session && knowledge ? (
        <>
          <span class="door-place">{placeOf(knowledge, session, language)}</span>
          <strong>{inLanguage(session.title, language)}</strong>
          <span class="door-time">
            {isOn
              ? words.until(clockText(change ?? session.endsAt, zone))
              : words.startsAt(clockText(session.startsAt, zone))}
          </span>
        </>
      ) : (
        <strong>{settings.choice ? words.nothingOn : words.chooseDoor}</strong>
      )}
    </button>
  );
};

const Direction = () => {
  const { state, scanner, words } = usePage();
  const { direction } = state.settings;
  return (
    <fieldset class="direction">
      <legend class="unseen">{words.direction}</legend>
      {(['entry', 'exit'] as const).map((way) => (
        <label key={way} class={way === direction ? 'chosen' : ''}>
          <input
            type="radio"
            name="direction"
            value={way}
            checked={way === direction}
            onChange={() => scanner.settings({ direction: way })}
          />
          <Glyph name={way === 'entry' ? 'enter' : 'leave'} />
          {words[way]}
        </label>
      ))}
    </fieldset>
  );
};

/** Whether the server decides, and how much it has not heard of. */
const LinkChip = () => {
  const { state, words, scanner } = usePage();
  const { live, heardAt, waiting } = state.link;
  const alone = heardAt === null ? words.aloneAtFirst : words.aloneSentence(clockText(heardAt));
  return (
    <button type="button" class={`link ${live ? 'link-live' : 'link-alone'}`} onClick={scanner.sendNow}>
      <span class="link-lamp" aria-hidden="true" />
      <span>{live ? words.online : words.alone}</span>
      {waiting > 0 && <span class="link-waiting">{words.sending(waiting)}</span>}
      {!live && <span class="unseen">{alone}</span>}
    </button>
  );
};

/** How many are inside, and how old that is. */
const Inside = () => {
  const { state, words } = usePage();
  const { occupancy, knowledge } = state;
  const zone = zoneOf(knowledge, sessionNow(state));
  if (!occupancy) return <p class="inside inside-unknown">{words.insideUnknown}</p>;
  const { inside, capacity, at, sinceAlone } = occupancy;
  return (
    <p class="inside">
      <strong>{Math.max(0, inside + sinceAlone)}</strong>
      <span>
        {capacity !== null && `${words.insideOf(String(capacity))} `}
        {words.inside}
        <br />
        <small>
          {words.asOf(clockText(at, zone, true))}
          {sinceAlone !== 0 && ` · ${words.aloneSince(changeText(sinceAlone))}`}
        </small>
      </span>
    </p>
  );
};

const Last = () => {
  const { state, words, scanner } = usePage();
  const { last, lastTakenBack, knowledge } = state;
  if (!last) return null;
  const session = knowledge?.sessions.find(({ sessionId }) => sessionId === last.sessionId);
  const time = clockText(last.at, zoneOf(knowledge, session));
  return (
    <p class="last">
      <span>
        {`${words.last}: ${last.badge?.name ?? last.badge?.badgeId ?? ''}, ${words[last.direction]} ${time}`}
      </span>
      {lastTakenBack && <em>{words.takenBack}</em>}
      {mayTakeBack(state) && (
        <button type="button" onClick={() => scanner.openSheet({ kind: 'take-back', verdict: last })}>
          <Glyph name="back" />
          {words.takeBack}
        </button>
      )}
    </p>
  );
};

/** Scans are decided by the server's time all the same; whoever reads the phone's own clock is misled. */
const WrongClock = () => {
  const { state, words, language } = usePage();
  const { aheadMs } = state;
  if (Math.abs(aheadMs) <= WRONG_CLOCK_MS) return null;
  const apart = spanText(Math.abs(aheadMs), language);
  return <p class="warning">{aheadMs > 0 ? words.clockSlow(apart) : words.clockFast(apart)}</p>;
};

/** A door at work. */
export const DoorView = () => {
  const { state, words, scanner } = usePage();
  const { settings, practice, pending, link, verdict } = state;
  return (
    // Keys go to the verdict that covers it.
    <main class={`door door-${settings.direction}`} inert={verdict !== null}>
      <h1 class="unseen">{words.appName}</h1>
      <header class="bar">
        <LinkChip />
        <button
          type="button"
          class="quiet"
          aria-label={words.menu}
          onClick={() => scanner.openSheet({ kind: 'menu' })}
        >
          <Glyph name="menu" />
        </button>
      </header>
      {practice && <p class="practice">{words.practiceBanner}</p>}
      {link.unrecordable > 0 && (
        <button type="button" class="warning" onClick={() => scanner.openSheet({ kind: 'unrecordable' })}>
          {words.unrecordable(link.unrecordable)}
        </button>
      )}
      <WrongClock />
      <DoorSign />
      <Direction />
      <div class="reader">
        {settings.camera ? <CameraView /> : <p class="reader-help">{words.wedgeHelp}</p>}
        <p class="reader-state" role="status">
          {pending > 0 ? words.judging : words.ready}
        </p>
      </div>
      <footer>
        <Inside />
        <Last />
        <button type="button" class="type-code" onClick={() => scanner.openSheet({ kind: 'type' })}>
          <Glyph name="keys" />
          {words.typeCode}
        </button>
      </footer>
    </main>
  );
};
