import { useId, useState } from 'preact/hooks';
import encodeQR from 'qr';
import { categoryText } from '../../common/category.ts';
import type { Words } from '../../words/en/scan.ts';
import { type KnownSession, sessionNow } from '../app/session-now.ts';
import { troubleText } from '../app/words.ts';
import type { Knowledge } from '../device/database.ts';
import type { WalkIn } from '../door/walk-in.ts';
import { usePage } from './page.ts';
import { SheetFrame } from './sheet.tsx';
import { inLanguage } from './texts.ts';

/** Those that every event begins with, and those that a session of this one names. */
const categoriesOf = (words: Words, { sessions }: Knowledge): string[] => [
  ...new Set([
    ...Object.keys(words.categories),
    ...sessions.flatMap(({ admission }) => admission.categories ?? []),
  ]),
];

const PIXELS = 240;

/** The badge of somebody who came without one, to be printed or photographed. */
const Issued = ({ made, onNext }: { readonly made: WalkIn; readonly onNext: () => void }) => {
  const { words } = usePage();
  const { badge, result } = made;
  return (
    <div class="issued" role="status">
      {result && (
        <p class={`issued-${result.outcome}`}>
          <strong>{result.outcome === 'admitted' ? words.admittedConflict : words.stop}</strong>{' '}
          {result.detail}
        </p>
      )}
      <div class="issued-badge">
        <img
          alt={words.typedCode}
          src={`data:image/svg+xml,${encodeURIComponent(encodeQR(badge.code, 'svg', { ecc: 'medium' }))}`}
          width={PIXELS}
          height={PIXELS}
        />
        <p>
          <strong>{badge.name ?? badge.badgeId}</strong>
          <br />
          {badge.company !== null && `${badge.company} · `}
          {categoryText(words, badge.category)}
        </p>
        <p class="issued-code">{badge.code}</p>
      </div>
      <p>{words.walkInHelp}</p>
      <p class="verdict-actions">
        <button type="button" onClick={() => window.print()}>
          {words.print}
        </button>
        <button type="button" class="main" onClick={onNext}>
          {words.walkInNext}
        </button>
      </p>
    </div>
  );
};

const textOf = (form: FormData, name: string): string | null => {
  const text = form.get(name);
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : null;
};

const Registration = ({
  session,
  onMade,
}: {
  readonly session: KnownSession;
  readonly onMade: (made: WalkIn) => void;
}) => {
  const { words, scanner, state, language } = usePage();
  // Of this person, until the server has answered: sent twice it is one registration.
  const [scanId] = useState(() => crypto.randomUUID());
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const id = useId();
  const register = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setTrouble('');
    try {
      const person = { name: textOf(form, 'name'), company: textOf(form, 'company'), country: null };
      const category = textOf(form, 'category') ?? '';
      onMade(await scanner.walkIn({ scanId, sessionId: session.sessionId, category, ...person }));
    } catch (error) {
      setTrouble(troubleText(words, error));
      setBusy(false);
    }
  };
  return (
    <form class="walk-in" onSubmit={(event) => void register(event)}>
      <label for={`${id}-name`}>{words.walkInName}</label>
      <input id={`${id}-name`} name="name" maxLength={200} autocomplete="off" />
      <label for={`${id}-company`}>{words.walkInCompany}</label>
      <input id={`${id}-company`} name="company" maxLength={200} autocomplete="off" />
      <label for={`${id}-category`}>{words.category}</label>
      <select id={`${id}-category`} name="category">
        {state.knowledge &&
          categoriesOf(words, state.knowledge).map((category) => (
            <option key={category} value={category}>
              {categoryText(words, category)}
            </option>
          ))}
      </select>
      <button type="submit" class="main" disabled={busy}>
        {busy ? words.walkInBusy : words.walkInSend(inLanguage(session.title, language))}
      </button>
      <p class="problem" role="alert">
        {trouble}
      </p>
    </form>
  );
};

/** A supervisor registers somebody without a badge: code and entry in one step. */
export const WalkInSheet = () => {
  const { words, state } = usePage();
  const [made, setMade] = useState<WalkIn | null>(null);
  const session = sessionNow(state);
  return (
    <SheetFrame title={words.walkIn}>
      {made && <Issued made={made} onNext={() => setMade(null)} />}
      {!made && session && <Registration session={session} onMade={setMade} />}
      {!made && !session && <p>{words.chooseFirst}</p>}
    </SheetFrame>
  );
};
