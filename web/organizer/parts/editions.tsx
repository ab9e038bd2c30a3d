import { clock, day } from '../../common/format.ts';
import { language } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { Waiting } from './trouble.tsx';

/** What was sent, edition by edition. */
export const Editions = ({ id, edition }: { id: string; edition: number }) => {
  const { words, api, event } = useOrganizer();
  const { value, trouble } = useLoaded(
    async () =>
      (
        await api.call('GET /v1/events/{event}/announcements/{announcement}/editions', {
          params: { event, announcement: id },
        })
      ).body.items,
    [event, id, edition],
  );
  if (!value) return <Waiting trouble={trouble} />;
  return (
    <ol class="plain">
      {value.map(({ edition, change, at, content, note, reason }) => (
        <li key={edition}>
          <strong>{words.edition(edition)}</strong>{' '}
          <span class="soft">
            {words.changes[change]} · {day(at)} {clock(at)}
          </span>
          <div>{(content[language] ?? Object.values(content)[0])?.title}</div>
          {(note ?? reason) && <div class="soft">{note ?? reason}</div>}
        </li>
      ))}
    </ol>
  );
};
