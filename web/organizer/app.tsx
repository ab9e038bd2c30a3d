import { useEffect, useMemo, useState } from 'preact/hooks';
import { apiClient } from '../../shared/client/api.ts';
import { changeLanguage, otherLanguage } from '../common/language.ts';
import { depart, leave, signIn, take, takeFarewell, token } from '../common/sign-in.ts';
import type { Site } from '../serving.ts';
import type { Words } from '../words/en/organizer.ts';
import { OrganizerContext, useOrganizer } from './context.ts';
import { Import } from './import/import.tsx';
import { Announcements } from './parts/announcements.tsx';
import { Banner } from './parts/banner.tsx';
import { Doors } from './parts/doors.tsx';
import { Event } from './parts/event.tsx';
import { People } from './parts/people.tsx';
import { Print } from './parts/print.tsx';
import { Room } from './parts/room.tsx';
import { Wall } from './parts/wall.tsx';
import { linkTo, path } from './router.ts';
import { createBoard } from './store/board.ts';

const View = () => {
  const [first, second] = path.value;
  switch (first) {
    case 'rooms':
      return <Room sessionId={second ?? ''} />;
    case 'doors':
      return <Doors />;
    case 'people':
      return <People badgeId={second} />;
    case 'print':
      return <Print badgeId={second} />;
    case 'import':
      return <Import />;
    case 'event':
      return <Event />;
    case 'announcements':
      return <Announcements />;
    default:
      return <Wall />;
  }
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

const SignedIn = ({ words, event, role }: { words: Words; event: string; role: string }) => {
  const organizer = useMemo(() => {
    const api = apiClient({ baseUrl: '', token });
    return { words, event, role, api, board: createBoard({ event, api, token }) };
  }, [words, event, role]);
  useEffect(() => organizer.board.stop, [organizer]);
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
      <Banner />
      <main id="main" tabIndex={-1}>
        {role === 'press' && path.value.length === 0 ? <Announcements /> : <View />}
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
  if (value.kind === 'in')
    return <SignedIn key={value.role} words={words} event={site.event} role={value.role} />;
  return <SignInForm words={words} site={site} />;
};
