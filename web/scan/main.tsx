import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { keepUpToDate } from './app/installed.ts';
import { openScanner, type Scanner } from './app/scanner.ts';
import { createStore } from './app/store.ts';
import { keepAwake } from './app/wake-lock.ts';
import { wordsOf } from './app/words.ts';
import { App } from './parts/app.tsx';
import { PageProvider } from './parts/page.ts';
import { readKeyboard } from './reading/keyboard.ts';

const TICK_MS = 1_000;

const root = document.getElementById('page');
const store = createStore(Date.now());

const Root = ({ scanner }: { readonly scanner: Scanner }) => {
  const [state, setState] = useState(store.state());
  useEffect(() => {
    setState(store.state());
    return store.subscribe(setState);
  }, []);
  const { words, language } = wordsOf(state.settings);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words.appName;
  }, [words, language]);
  return (
    <PageProvider value={{ state, scanner, words, language }}>
      <App />
    </PageProvider>
  );
};

/** A pairing link is followed once, and its code leaves the address at once. */
const followLink = (scanner: Scanner): void => {
  const { hash, pathname } = window.location;
  if (!hash.startsWith('#pair=')) return;
  history.replaceState(null, '', pathname);
  void scanner.pair(hash);
};

const start = async (): Promise<void> => {
  const scanner = await openScanner(store);
  if (root) render(<Root scanner={scanner} />, root);
  readKeyboard((code) => scanner.read(code, 'keyboard'));
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, scanner.wakeSound);
  window.addEventListener('hashchange', () => followLink(scanner));
  setInterval(() => store.dispatch({ kind: 'tick', now: Date.now() }), TICK_MS);
  followLink(scanner);
  keepAwake();
  keepUpToDate(store);
};

start().catch((error: unknown) => {
  const { words, language } = wordsOf(store.state().settings);
  document.documentElement.lang = language;
  const why = error instanceof Error ? error.message : String(error);
  if (root)
    render(
      <main class="pair">
        <h1>{words.broken}</h1>
        <p class="problem" role="alert">
          {words.brokenHelp(why)}
        </p>
      </main>,
      root,
    );
});
