import { signal } from '@preact/signals';

const PREFIX = '/organizer';
const pathNow = () =>
  location.pathname.slice(PREFIX.length).split('/').filter(Boolean).map(decodeURIComponent);

/** The path below /organizer, in parts. */
export const path = signal<readonly string[]>(pathNow());

/** Of what the path shows. */
export interface ViewProps {
  /** What stands in the address after the view's name: a session, a badge. */
  readonly id?: string | undefined;
}

export const linkTo = (...parts: readonly string[]): string =>
  `${[PREFIX, ...parts.map(encodeURIComponent)].join('/')}${location.search}`;

addEventListener('popstate', () => {
  path.value = pathNow();
});

/** Follows links within the page without loading it again. */
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !isPlain || link.target || link.download || link.origin !== location.origin) return;
  if (link.pathname !== PREFIX && !link.pathname.startsWith(`${PREFIX}/`)) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  path.value = pathNow();
  scrollTo(0, 0);
  document.querySelector<HTMLElement>('main')?.focus();
});
