import { useState } from 'preact/hooks';
import { messageOf, useOrganizer } from '../context.ts';

const kinds = ['report', 'achievement', 'initiative', 'project', 'award', 'notice'] as const;
const languages = ['en', 'zh'] as const;
const names = { en: 'English', zh: '中文' };

export const textOf = (form: FormData, name: string): string => String(form.get(name) ?? '').trim();

const contentOf = (form: FormData) =>
  Object.fromEntries(
    languages.flatMap((code) => {
      const [title, body, url] = ['title', 'body', 'url'].map((name) => textOf(form, `${name}-${code}`));
      return title && body ? [[code, { title, body, ...(url && { url }) }]] : [];
    }),
  );

/** Two languages side by side; a draft is seen by nobody else until it is published. */
export const Compose = ({ onDone }: { onDone: () => void }) => {
  const { words, api, event } = useOrganizer();
  const [trouble, setTrouble] = useState('');
  const draft = async (submit: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submit.preventDefault();
    const element = submit.currentTarget;
    const form = new FormData(element);
    const kind = kinds.find((name) => name === form.get('kind')) ?? 'notice';
    try {
      const body = { kind, content: contentOf(form) };
      await api.call('POST /v1/events/{event}/announcements', { params: { event }, body });
      element.reset();
      setTrouble('');
      onDone();
    } catch (error) {
      setTrouble(messageOf(error));
    }
  };
  return (
    <form class="sheet" onSubmit={(submit) => void draft(submit)}>
      <h2>{words.compose}</h2>
      <div class="field">
        <label for="kind">{words.kind}</label>
        <select id="kind" name="kind">
          {kinds.map((kind) => (
            <option key={kind} value={kind}>
              {words.kinds[kind]}
            </option>
          ))}
        </select>
      </div>
      <div class="pair">
        {languages.map((code) => (
          <fieldset key={code} lang={code}>
            <legend>{names[code]}</legend>
            <div class="field">
              <label for={`title-${code}`}>{words.headline}</label>
              <input id={`title-${code}`} name={`title-${code}`} maxLength={300} required={code === 'en'} />
            </div>
            <div class="field">
              <label for={`body-${code}`}>{words.body}</label>
              <textarea
                id={`body-${code}`}
                name={`body-${code}`}
                maxLength={20_000}
                required={code === 'en'}
              />
            </div>
            <div class="field">
              <label for={`url-${code}`}>{words.link}</label>
              <input id={`url-${code}`} name={`url-${code}`} type="url" maxLength={2000} />
            </div>
          </fieldset>
        ))}
      </div>
      <button type="submit" class="main">
        {words.saveDraft}
      </button>
      <p class="bad" aria-live="polite">
        {trouble}
      </p>
    </form>
  );
};
