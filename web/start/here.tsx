import type { Words } from '../words/en/start-here.ts';
import { Evening } from './evening.tsx';
import { FirstBadge } from './first-badge.tsx';
import type { Programme } from './now-and-next.ts';

interface Props {
  readonly words: Words;
  readonly event: string;
  readonly programme: Programme | undefined;
}

/** What only a host on this machine has: a first badge, sign-ins without a password, the demo. */
export const Here = ({ words, event, programme }: Props) => (
  <ul class="here">
    {programme && <FirstBadge words={words} event={event} programme={programme} />}
    <li class="sheet">
      <h2>{words.signIn}</h2>
      <p>{words.signInHere}</p>
      <div class="row">
        {(['organizer', 'viewer', 'press'] as const).map((role) => (
          <a class="button" key={role} href={`/organizer?as=${role}`}>
            {words.as(words.roles[role])}
          </a>
        ))}
      </div>
    </li>
    <Evening words={words} />
  </ul>
);
