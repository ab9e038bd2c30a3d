import { useState } from 'preact/hooks';
import { useOrganizer } from '../context.ts';
import { Preview } from '../preview/preview.tsx';
import { contentOf, Texts } from './texts.tsx';
import { Trouble } from './trouble.tsx';

const kinds = ['report', 'achievement', 'initiative', 'project', 'award', 'notice'] as const;

const writtenIn = (form: FormData) => ({
  kind: kinds.find((name) => name === form.get('kind')) ?? 'notice',
  content: contentOf(form, 'new-'),
});
type Written = ReturnType<typeof writtenIn>;
const NOTHING: Written = { kind: 'report', content: {} };

/** A draft is seen by nobody else until it is published. */
export const Compose = ({ onDone }: { onDone: () => void }) => {
  const { words, api, event } = useOrganizer();
  const [trouble, setTrouble] = useState<unknown>();
  const [written, setWritten] = useState<Written>(NOTHING);
  const draft = async (submit: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submit.preventDefault();
    const element = submit.currentTarget;
    const form = new FormData(element);
    try {
      const body = writtenIn(form);
      await api.call('POST /v1/events/{event}/announcements', { params: { event }, body });
      element.reset();
      setWritten(NOTHING);
      setTrouble(undefined);
      onDone();
    } catch (error) {
      setTrouble(error);
    }
  };
  return (
    <details class="sheet">
      <summary>{words.compose}</summary>
      <form
        onSubmit={(submit) => void draft(submit)}
        onInput={({ currentTarget }) => setWritten(writtenIn(new FormData(currentTarget)))}
      >
        <div class="field short">
          <label for="kind">{words.kind}</label>
          <select id="kind" name="kind">
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {words.kinds[kind]}
              </option>
            ))}
          </select>
        </div>
        <Texts id="new-" />
        <Preview {...written} />
        <button type="submit" class="main">
          {words.saveDraft}
        </button>
        <p class="bad" aria-live="polite">
          <Trouble of={trouble} />
        </p>
      </form>
    </details>
  );
};
