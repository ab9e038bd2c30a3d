import { useId, useState } from 'preact/hooks';
import { sessionNow } from '../app/session-now.ts';
import { troubleText } from '../app/words.ts';
import { usePage } from './page.ts';
import { SheetFrame } from './sheet.tsx';
import { inLanguage } from './texts.ts';

/** How many somebody sees in the room, beside what the scans say. */
export const HeadsSheet = () => {
  const { words, scanner, state, language } = usePage();
  const [said, setSaid] = useState('');
  const id = useId();
  const session = sessionNow(state);
  const keep = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!session) return;
    try {
      const kept = await scanner.countHeads(session.sessionId, Number(new FormData(form).get('count')));
      form.reset();
      setSaid(words.headsKept(kept.count, kept.inside));
    } catch (error) {
      setSaid(troubleText(words, error));
    }
  };
  return (
    <SheetFrame title={words.heads}>
      {session ? (
        <form class="code-form" onSubmit={(event) => void keep(event)}>
          <label for={id}>{words.headsLabel(inLanguage(session.title, language))}</label>
          <div>
            <input id={id} name="count" type="number" inputmode="numeric" min="0" max="1000000" required />
            <button type="submit" class="main">
              {words.keep}
            </button>
          </div>
        </form>
      ) : (
        <p>{words.chooseFirst}</p>
      )}
      <p role="status">{said}</p>
    </SheetFrame>
  );
};
