import { render } from 'preact';
import { apiClient } from '../../shared/client/api.ts';
import { language } from '../common/language.ts';
import { readSite } from '../common/site.ts';
import { type Asked, askToNotify, canNotify } from './ask.ts';

const [words, { event }] = await Promise.all([
  language === 'zh'
    ? import('../words/zh/notify.ts').then(({ zh }) => zh)
    : import('../words/en/notify.ts').then(({ en }) => en),
  readSite(),
]);
const page = document.querySelector('#page');
const api = apiClient({ baseUrl: '' });
document.title = words.title;

type State = 'idle' | 'asking' | Asked | { readonly why: string };

const Status = ({ state }: { state: State }) => {
  if (state === 'idle') return null;
  if (typeof state === 'object')
    return (
      <p class="note bad">
        {words.failed} <small lang="en">{state.why}</small>
      </p>
    );
  return <p class={state === 'asked' || state === 'asking' ? 'note' : 'note warn'}>{words[state]}</p>;
};

const show = (state: State): void => {
  if (!page) return;
  const ask = () => {
    show('asking');
    askToNotify(api, event ?? '', language).then(show, (error: unknown) =>
      show({ why: error instanceof Error ? error.message : String(error) }),
    );
  };
  render(
    <main>
      <h1>{words.title}</h1>
      <p>{words.help}</p>
      <p>
        <button
          type="button"
          class="main"
          disabled={state === 'asking' || state === 'impossible'}
          onClick={ask}
        >
          {words.ask}
        </button>
      </p>
      <div role="status">
        <Status state={state} />
      </div>
      <p>
        <a class="button" href={`/announcements/${event ?? ''}?language=${language}`}>
          {words.back}
        </a>
      </p>
    </main>,
    page,
  );
};

show(event !== null && canNotify() ? 'idle' : 'impossible');
