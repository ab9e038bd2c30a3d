import { useState } from 'preact/hooks';
import type { Words } from '../../words/en/scan.ts';
import type { PairingProblem } from '../app/state.ts';
import { troubleText } from '../app/words.ts';
import { CameraView } from './camera-view.tsx';
import { CodeForm } from './code-form.tsx';
import { usePage } from './page.ts';

const sentence = (problem: PairingProblem, words: Words): string => {
  switch (problem.kind) {
    case 'refused':
      return words.pairRefused;
    case 'no-network':
      return words.pairNoNetwork;
    case 'waiting':
      return words.pairWaiting(problem.count, problem.event);
    case 'failed':
      return words.pairFailed(troubleText(words, problem.error));
  }
};

/** Reads the organizer's code, by camera, scanner or hand. */
export const PairForm = () => {
  const { words, state, scanner } = usePage();
  const [withCamera, setCamera] = useState(false);
  const { busy, problem } = state.pairing;
  return (
    <>
      <p>{words.pairHelp}</p>
      {withCamera && <CameraView />}
      <button type="button" class="main" onClick={() => setCamera(!withCamera)}>
        {withCamera ? words.pairStopCamera : words.pairCamera}
      </button>
      <CodeForm
        label={words.pairCode}
        button={busy ? words.pairing : words.pair}
        busy={busy}
        isCode
        onCode={scanner.pair}
      />
      <div role="alert">{problem && <p class="problem">{sentence(problem, words)}</p>}</div>
    </>
  );
};

/** A phone that is not a door yet, or not any more. */
export const PairView = () => {
  const { words, state, scanner, language } = usePage();
  const { signedOff, waiting } = state.link;
  return (
    <main class="pair">
      <h1>{signedOff ? words.signedOff : words.pairTitle}</h1>
      {signedOff && <p class="problem">{words.signedOffHelp(waiting)}</p>}
      <PairForm />
      <button
        type="button"
        class="quiet"
        lang={language === 'en' ? 'zh' : 'en'}
        onClick={() => scanner.settings({ language: language === 'en' ? 'zh' : 'en' })}
      >
        {words.otherLanguage}
      </button>
    </main>
  );
};
