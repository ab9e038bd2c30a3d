import { useEffect, useState } from 'preact/hooks';
import type { ApiClient } from '../../../shared/client/api.ts';
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

/** What is being written and not saved yet, by sign-in: it outlives a look at another view. */
const unsaved = new WeakMap<ApiClient, Written>();

/** Asks before the page is left with what is nowhere else. */
const useLeaveWarning = (isNeeded: boolean): void =>
  useEffect(() => {
    if (!isNeeded) return undefined;
    const warn = (leaving: BeforeUnloadEvent) => leaving.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isNeeded]);

/** A draft is seen by nobody else until it is published. */
export const Compose = ({ onDone }: { onDone: () => void }) => {
  const { words, api, event } = useOrganizer();
  const [trouble, setTrouble] = useState<unknown>();
  const [begun, setBegun] = useState(unsaved.get(api) ?? NOTHING);
  const [written, setWritten] = useState<Written>(begun);
  const isBegun = Object.keys(written.content).length > 0;
  useLeaveWarning(isBegun);
  const write = (now: Written) => {
    unsaved.set(api, now);
    setWritten(now);
  };
  const draft = async (submit: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submit.preventDefault();
    const element = submit.currentTarget;
    const form = new FormData(element);
    try {
      const body = writtenIn(form);
      await api.call('POST /v1/events/{event}/announcements', { params: { event }, body });
      element.reset();
      write(NOTHING);
      setBegun(NOTHING);
      setTrouble(undefined);
      onDone();
    } catch (error) {
      setTrouble(error);
    }
  };
  return (
    <details class="sheet" open={begun !== NOTHING}>
      <summary>{words.compose}</summary>
      <form
        onSubmit={(submit) => void draft(submit)}
        onInput={({ currentTarget }) => write(writtenIn(new FormData(currentTarget)))}
      >
        <div class="field short">
          <label for="kind">{words.kind}</label>
          <select id="kind" name="kind">
            {kinds.map((kind) => (
              <option key={kind} value={kind} selected={kind === begun.kind}>
                {words.kinds[kind]}
              </option>
            ))}
          </select>
        </div>
        <Texts key={begun === NOTHING ? 'new' : 'kept'} id="new-" content={begun.content} />
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
