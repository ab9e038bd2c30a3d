import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock, day } from '../../common/format.ts';
import { language } from '../../common/language.ts';
import { messageOf, useLoaded, useOrganizer } from '../context.ts';
import { Compose, textOf } from './compose.tsx';
import { Deliveries } from './deliveries.tsx';

type Item = ApiBody<'GET /v1/events/{event}/announcements'>['items'][number];

type Step = 'publish' | 'retract' | 'schedule';

const Steps = ({ item, onDone }: { item: Item; onDone: () => void }) => {
  const { words, api, event } = useOrganizer();
  const [step, setStep] = useState<Step>();
  const [trouble, setTrouble] = useState('');
  const params = { event, announcement: item.announcementId };
  const take = async (submit: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submit.preventDefault();
    const value = textOf(new FormData(submit.currentTarget), 'value');
    const path = '/v1/events/{event}/announcements/{announcement}' as const;
    try {
      // As it is now: whoever changed it in between is not overwritten.
      const { etag: ifMatch } = await api.call(`GET ${path}`, { params });
      if (step === 'publish') await api.call(`POST ${path}/publish`, { params, ifMatch });
      if (step === 'retract')
        await api.call(`POST ${path}/retract`, { params, ifMatch, body: { reason: value } });
      if (step === 'schedule')
        await api.call(`POST ${path}/schedule`, {
          params,
          ifMatch,
          body: { publishAt: new Date(value).toISOString() },
        });
      setStep(undefined);
      setTrouble('');
      onDone();
    } catch (error) {
      setTrouble(messageOf(error));
    }
  };
  const isOut = item.state === 'published' || item.state === 'corrected';
  const id = `value-${item.announcementId}`;
  return (
    <>
      <div class="row">
        {item.state === 'draft' && (
          <>
            <button type="button" onClick={() => setStep('publish')}>
              {words.publish}
            </button>
            <button type="button" onClick={() => setStep('schedule')}>
              {words.schedule}
            </button>
          </>
        )}
        {isOut && (
          <button type="button" class="danger" onClick={() => setStep('retract')}>
            {words.retract}
          </button>
        )}
      </div>
      {step && (
        <form class="note warn" onSubmit={(submit) => void take(submit)}>
          <p>{words.steps[step]}</p>
          {step !== 'publish' && (
            <div class="field">
              <label for={id}>{step === 'retract' ? words.why : words.publishAt}</label>
              {step === 'retract' ? (
                <input id={id} name="value" required maxLength={2000} />
              ) : (
                <input id={id} name="value" required type="datetime-local" />
              )}
            </div>
          )}
          <div class="row">
            <button type="submit" class="main">
              {words.confirm}
            </button>
            <button type="button" onClick={() => setStep(undefined)}>
              {words.cancel}
            </button>
          </div>
        </form>
      )}
      <p class="bad" aria-live="polite">
        {trouble}
      </p>
    </>
  );
};

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
      </p>
      <h3>{text?.title}</h3>
      <p>{text?.body}</p>
      {item.reason && <p class="note bad">{item.reason}</p>}
      <Steps item={item} onDone={onDone} />
      {isOut && (
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {words.deliveries}
        </button>
      )}
      {isOpen && <Deliveries id={item.announcementId} />}
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
      {trouble && <p class="note bad">{words.failed(trouble)}</p>}
      {value?.items.length === 0 && <p class="soft">{words.noAnnouncements}</p>}
      {value?.items.map((item) => (
        <Announcement key={`${item.announcementId}${item.state}`} item={item} onDone={reload} />
      ))}
    </>
  );
};
