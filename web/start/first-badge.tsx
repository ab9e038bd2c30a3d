import { useState } from 'preact/hooks';
import encodeQR from 'qr';
import { apiClient } from '../../shared/client/api.ts';
import { inLanguage } from '../common/language.ts';
import { take, token } from '../common/sign-in.ts';
import type { Words } from '../words/en/start-here.ts';
import { nowAndNext, type Programme } from './now-and-next.ts';

interface Ready {
  readonly link: string;
  readonly code: string;
  readonly session: string;
}

const QR_BORDER = 4;

/** What is on, else what comes next, else anything: somebody who tries it wants a door that opens. */
const sessionToTry = (programme: Programme, at: number) => {
  const boards = nowAndNext(programme, at);
  return (
    boards.flatMap(({ now }) => now)[0] ?? boards.flatMap(({ next }) => next)[0] ?? programme.sessions[0]
  );
};

/** A door and a badge of its own, made as an organizer makes them. */
const openDoor = async (event: string, programme: Programme): Promise<Ready> => {
  await take('organizer');
  const api = apiClient({ baseUrl: '', token });
  const params = { event };
  const session = sessionToTry(programme, Date.now());
  const badgeId = `DEMO-${crypto.randomUUID().slice(0, 8)}`;
  const [{ body: device }, { body: badges }] = await Promise.all([
    api.call('POST /v1/events/{event}/devices', {
      params,
      body: { name: 'Demo', role: 'supervisor', ...(session && { sessions: [session.sessionId] }) },
    }),
    api.call('POST /v1/events/{event}/badges', {
      params,
      body: [{ badgeId, category: 'delegate', name: 'Ada Lovelace' }],
    }),
  ]);
  return {
    link: `/scan#pair=${encodeURIComponent(device.pairingCode)}`,
    code: badges.results[0]?.code ?? '',
    session: session ? inLanguage(session.title) : '',
  };
};

const Steps = ({ words, ready: { link, code, session } }: { words: Words; ready: Ready }) => {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(code);
    setCopied(true);
  };
  const picture = encodeQR(code, 'svg', { border: QR_BORDER });
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
