import { useEffect, useState } from 'preact/hooks';
import type { Scanner } from '../app/scanner.ts';
import { usePage } from './page.ts';
import { SheetFrame } from './sheet.tsx';
import { clockText, inLanguage } from './texts.ts';

type Scans = Awaited<ReturnType<Scanner['unrecordable']>>;

/** Scans that the server will never record: someone passed the door and is not counted, so a person has to know. */
export const UnrecordableSheet = () => {
  const { words, scanner, state, language } = usePage();
  const titleOf = (sessionId: string): string => {
    const session = state.knowledge?.sessions.find((known) => known.sessionId === sessionId);
    return session ? inLanguage(session.title, language) : sessionId;
  };
  const [scans, setScans] = useState<Scans>([]);
  useEffect(() => {
    void scanner.unrecordable().then(setScans);
  }, [scanner]);
  const remove = async () => {
    await scanner.forgetUnrecordable(scans.map(({ scanId }) => scanId));
    scanner.openSheet(null);
  };
  return (
    <SheetFrame title={words.unrecordableTitle}>
      <p>{words.unrecordableHelp}</p>
      <ul class="rows">
        {scans.map(({ scanId, scannedAt, sessionId, direction, why, badgeId }) => (
          <li key={scanId} class="row">
            <strong>
              {clockText(scannedAt + state.aheadMs)} {words[direction]} {badgeId}
            </strong>
            <span>
              {titleOf(sessionId)}: {why}
            </span>
          </li>
        ))}
      </ul>
      <button type="button" onClick={remove}>
        {words.unrecordableDone}
      </button>
    </SheetFrame>
  );
};
