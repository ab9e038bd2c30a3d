import { useEffect, useState } from 'preact/hooks';
import type { Words } from '../words/en/start-here.ts';

interface Status {
  readonly state: string;
  readonly scans: number;
  readonly answered: number;
}

const PATH = '/local/evening';
const EVERY_MS = 1_000;
const SPEEDS = [10, 60, 300];
const USUAL_SPEED = 60;

/** Asks the local host; undefined where it is not there. */
const ask = async (method: 'GET' | 'POST' | 'DELETE', body?: unknown): Promise<Status | undefined> => {
  try {
    const answer = await fetch(PATH, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
    return answer.ok || answer.status === 409 ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
};

/** Plays the opening evening against the local host: a demo, and said to be one. */
export const Evening = ({ words }: { readonly words: Words }) => {
  const [status, setStatus] = useState<Status>();
  const [speed, setSpeed] = useState(USUAL_SPEED);
  const isPlaying = status?.state === 'playing';
  useEffect(() => {
    const look = () => void ask('GET').then(setStatus);
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  if (!status) return null;
  return (
    <li class="sheet">
      <h2>{words.evening}</h2>
      <p>{words.eveningHelp}</p>
      <div class="row">
        <label>
          {words.speed}{' '}
          <select
            disabled={isPlaying}
            value={speed}
            onChange={({ currentTarget }) => setSpeed(Number(currentTarget.value))}
          >
            {SPEEDS.map((each) => (
              <option key={each} value={each}>
                {words.times(each)}
              </option>
            ))}
          </select>
        </label>
        {isPlaying ? (
          <button type="button" onClick={() => void ask('DELETE').then(setStatus)}>
            {words.stopEvening}
          </button>
        ) : (
          <button type="button" class="main" onClick={() => void ask('POST', { speed }).then(setStatus)}>
            {words.playEvening}
          </button>
        )}
      </div>
      {status.state !== 'idle' && (
        <p class="soft" data-evening={status.state}>
          {words.scansOf(status.answered, status.scans)}
        </p>
      )}
    </li>
  );
};
