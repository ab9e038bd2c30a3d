import { useState } from 'preact/hooks';
import type { Words } from '../words/en/start-here.ts';
import type { Programme } from './now-and-next.ts';
import type { Ready } from './open-door.ts';

const Steps = ({ words, ready: { link, code, picture, session } }: { words: Words; ready: Ready }) => {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(code);
    setCopied(true);
  };
  return (
    <div class="first">
      <img
        alt={words.badgeQr}
        src={`data:image/svg+xml,${encodeURIComponent(picture)}`}
        width="200"
        height="200"
      />
      <ol>
        <li>
          <a class="button main" href={link} target="_blank" rel="noopener">
            {words.openDoor(session)}
          </a>
        </li>
        <li>
          {words.holdBadge}
          <div class="row">
            <input aria-label={words.badgeCode} readOnly value={code} />
            <button type="button" onClick={() => void copy()}>
              {isCopied ? words.copied : words.copy}
            </button>
          </div>
        </li>
        <li>
          <a href="/organizer">{words.seeIt}</a>
        </li>
      </ol>
    </div>
  );
};

interface Props {
  readonly words: Words;
  readonly event: string;
  readonly programme: Programme;
}

/** From nothing to a scanned badge: a door in this browser, and a badge to hold to it. */
export const FirstBadge = ({ words, event, programme }: Props) => {
  const [ready, setReady] = useState<Ready>();
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    try {
      const { openDoor } = await import('./open-door.ts');
      setReady(await openDoor(event, programme));
      setTrouble('');
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <li class="sheet" aria-live="polite">
      <h2>{words.firstBadge}</h2>
      {ready ? (
        <Steps words={words} ready={ready} />
      ) : (
        <>
          <p>{words.firstBadgeHelp}</p>
          <button type="button" class="main" disabled={busy} onClick={() => void begin()}>
            {words.openHere}
          </button>
        </>
      )}
      {trouble && <p class="bad">{trouble}</p>}
    </li>
  );
};
