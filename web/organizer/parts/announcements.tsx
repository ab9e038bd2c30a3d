import { useState } from 'preact/hooks';
import { clock, day } from '../../common/format.ts';
import { language } from '../../common/language.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { Steps } from './announcement-steps.tsx';
import { Compose } from './compose.tsx';
import { Deliveries } from './deliveries.tsx';
import { Editions } from './editions.tsx';
import { Embargo } from './embargo.tsx';
import type { Announcement as Item } from './texts.tsx';
import { TroubleNote } from './trouble.tsx';

const Announcement = ({ item, onDone }: { item: Item; onDone: () => void }) => {
  const { words } = useOrganizer();
  const [isOpen, setOpen] = useState(false);
  const text = item.content[language] ?? Object.values(item.content)[0];
  const isOut = item.state !== 'draft' && item.state !== 'scheduled';
  return (
    <article class="sheet">
      <p class="soft">
        {words.states[item.state]} · {words.kinds[item.kind]}
        {item.publishedAt && ` · ${day(item.publishedAt)} ${clock(item.publishedAt)}`}
        {item.state === 'scheduled' &&
          item.publishAt &&
          ` · ${words.scheduledFor(`${day(item.publishAt)} ${clock(item.publishAt)}`)}`}
      </p>
      <h2>{text?.title}</h2>
      <p>{text?.body}</p>
      {item.note && <p class="note">{item.note}</p>}
      {item.reason && <p class="note bad">{item.reason}</p>}
      <Steps item={item} onDone={onDone}>
        {isOut && (
          <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {words.deliveries}
          </button>
        )}
      </Steps>
      {item.state === 'scheduled' && <Embargo id={item.announcementId} />}
      {isOpen && (
        <>
          <Deliveries id={item.announcementId} />
          <h3>{words.editions}</h3>
          <Editions id={item.announcementId} edition={item.edition} />
        </>
      )}
    </article>
  );
};

export const Announcements = () => {
  const { words, api, event } = useOrganizer();
  const { value, trouble, reload } = useLoaded(
    async () =>
      (await api.call('GET /v1/events/{event}/announcements', { params: { event }, query: { limit: 50 } }))
        .body,
    [event],
  );
  return (
    <>
      <h1>{words.announcements}</h1>
      <Compose onDone={reload} />
      <TroubleNote of={trouble} />
      {value?.items.length === 0 && <p class="soft">{words.noAnnouncements}</p>}
      {value?.items.map((item) => (
        <Announcement key={item.announcementId} item={item} onDone={reload} />
      ))}
    </>
  );
};
