import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { apiClient, type Fetch } from '../../shared/client/api.ts';
import { readyFormats } from '../common/format.ts';
import { changeLanguage, otherLanguage } from '../common/language.ts';
import { again, depart, leave, refused, signIn, take, takeFarewell, token } from '../common/sign-in.ts';
import type { Site } from '../serving.ts';
import type { Words } from '../words/en/organizer.ts';
import { OrganizerContext, useLoaded, useOrganizer } from './context.ts';
import { Banner } from './parts/banner.tsx';
import { Waiting } from './parts/trouble.tsx';
import { linkTo, path } from './router.ts';
import { createBoard } from './store/board.ts';
import { loadView, type ViewName, viewAtHand, viewNamed } from './views.ts';

/** A view by its name, at once where its scripts are there. */
const View = ({ name, id }: { name: ViewName; id: string | undefined }) => {
  const { trouble } = useLoaded(() => loadView(name), [name]);
  const Shown = viewAtHand(name);
  return Shown ? <Shown id={id} /> : <Waiting trouble={trouble} />;
};

const Navigation = () => {
  const { words, role } = useOrganizer();
  const [first = ''] = path.value;
  const all = [
    ['', words.rooms, ['organizer', 'viewer']],
    ['doors', words.doors, ['organizer']],
    ['people', words.people, ['organizer']],
    ['import', words.import, ['organizer']],
    ['announcements', words.announcements, ['organizer', 'press']],
    ['event', words.event, ['organizer']],
  ] as const;
  return (
    <nav aria-label={words.navigation}>
      {all
        .filter(([, , roles]) => roles.some((name) => name === role))
        .map(([name, title]) => (
          <a
            key={name}
            href={name ? linkTo(name) : linkTo()}
            aria-current={first === name || (first === 'rooms' && !name) ? 'page' : undefined}
          >
            {title}
          </a>
        ))}
    </nav>
  );
};

/** What the browser calls the page, in its tabs and its history: the view, never a person. */
const useTitle = (words: Words, first = ''): void => {
  const titles: Readonly<Record<string, string>> = {
    '': words.rooms,
    rooms: words.rooms,
    doors: words.doors,
    people: words.people,
    print: words.printBadges,
    import: words.import,
    announcements: words.announcements,
    event: words.event,
  };
  useEffect(() => {
    document.title = `${titles[first] ?? words.notFound} · Turnout`;
  });
};

/** Hears where the API takes the sign-in no more. */
const heedful: Fetch = async (url, init) => {
  const response = await fetch(url, init);
  if (response.status === 401) refused();
  return response;
};

interface SignedInAs {
  readonly words: Words;
  readonly event: string;
  readonly role: string;
  /** The sign-in is accepted no more; what has been written stays until there is another. */
  readonly isEnded: boolean;
}

const SignedIn = ({ words, event, role, isEnded }: SignedInAs) => {
  const organizer = useMemo(() => {
    const api = apiClient({ baseUrl: '', token, fetch: heedful });
    return { words, event, role, api, board: createBoard({ event, api, token }) };
  }, [words, event, role]);
  // After those of the view that is shown: what it asks for comes first.
  useLayoutEffect(() => (isEnded ? undefined : organizer.board.start()), [organizer, isEnded]);
  useEffect(() => {
    // After the requests that the first drawing has begun.
    const timer = setTimeout(readyFormats);
    return () => clearTimeout(timer);
  }, []);
  const [first, id] = path.value;
  useTitle(words, first);
  const name = viewNamed(first ?? (role === 'press' ? 'announcements' : ''));
  return (
    <OrganizerContext.Provider value={organizer}>
      <header class="top">
        <a class="name" href="/">
          Turnout
        </a>
        <Navigation />
        <button type="button" onClick={changeLanguage}>
          {otherLanguage}
        </button>
        <button type="button" onClick={() => void leave()}>
          {words.signOut}
        </button>
      </header>
      {isEnded ? (
        <div class="banner down" role="alert">
          <strong>{words.problems['unauthorized']}</strong>
          <button type="button" class="main" onClick={() => void again(role)}>
            {words.signInAgain}
          </button>
        </div>
      ) : (
        <Banner />
      )}
      <main id="main" tabIndex={-1}>
        <View key={name} name={name} id={id} />
      </main>
    </OrganizerContext.Provider>
  );
};

const SignInForm = ({ words, site }: { words: Words; site: Site }) => {
  const [busy, setBusy] = useState(false);
  const [farewell] = useState(takeFarewell);
  const begin = (role: 'organizer' | 'viewer' | 'press') => {
    setBusy(true);
    void take(role).finally(() => setBusy(false));
  };
  return (
    <main id="main">
      <h1>{words.signIn}</h1>
      {farewell && (
        <p class={farewell === 'here' ? 'note warn' : 'note'} role="status">
          {words.farewells[farewell]}
        </p>
      )}
      <p class="soft">{site.local ? words.signInHere : words.signInElsewhere}</p>
      {!site.local && (
        <button type="button" class="main" onClick={() => void depart()}>
          {words.signIn}
        </button>
      )}
      {site.local && (
        <div class="row">
          {(['organizer', 'viewer', 'press'] as const).map((role) => (
            <button
              type="button"
              class={role === 'organizer' ? 'main' : ''}
              key={role}
              disabled={busy}
              onClick={() => begin(role)}
            >
              {words.as(words.roles[role])}
            </button>
          ))}
        </div>
      )}
    </main>
  );
};

export const App = ({ words, site }: { words: Words; site: Site }) => {
  const { value } = signIn;
  if (site.event === null)
    return (
      <main>
        <h1>Turnout</h1>
        <p class="note warn">{words.noEvent}</p>
      </main>
    );
  if (value.kind === 'in' || value.kind === 'ended') {
    const { kind, role } = value;
    return <SignedIn key={role} words={words} event={site.event} role={role} isEnded={kind === 'ended'} />;
  }
  return <SignInForm words={words} site={site} />;
};
