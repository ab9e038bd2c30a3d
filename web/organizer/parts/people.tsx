import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { categoryText } from '../../common/category.ts';
import { clock, country } from '../../common/format.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { linkTo, type ViewProps } from '../router.ts';
import { BadgeScans, type Story } from './badge-scans.tsx';
import { Trouble, TroubleNote, Waiting } from './trouble.tsx';

type Found = ApiBody<'GET /v1/events/{event}/badges'>['items'];

const actions = ['revoke', 'reissue', 'unrevoke'] as const;
type Action = (typeof actions)[number];

const Actions = ({ story, onChange }: { story: Story; onChange: () => void }) => {
  const { words, api, event } = useOrganizer();
  const [trouble, setTrouble] = useState<unknown>();
  const params = { event, badge: story.badgeId };
  const act = async (submit: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submit.preventDefault();
    const reason = String(new FormData(submit.currentTarget).get('reason') ?? '').trim();
    const pressed = submit.submitter?.getAttribute('value');
    const action: Action = actions.find((name) => name === pressed) ?? 'revoke';
    try {
      if (action === 'unrevoke')
        await api.call('POST /v1/events/{event}/badges/{badge}/unrevoke', { params });
      else await api.call(`POST /v1/events/{event}/badges/{badge}/${action}`, { params, body: { reason } });
      setTrouble(undefined);
      onChange();
    } catch (error) {
      setTrouble(error);
    }
  };
  return (
    <form onSubmit={(submit) => void act(submit)}>
      {story.revokedAt ? (
        <button type="submit" value="unrevoke">
          {words.unrevoke}
        </button>
      ) : (
        <div class="row">
          <div class="field">
            <label for="reason">{words.why}</label>
            <input id="reason" name="reason" required maxLength={200} autocomplete="off" />
          </div>
          <div class="field row">
            <button type="submit" value="reissue">
              {words.reissue}
            </button>
            <button type="submit" class="danger" value="revoke">
              {words.revokeBadge}
            </button>
          </div>
        </div>
      )}
      <p class="bad" aria-live="polite">
        <Trouble of={trouble} />
      </p>
    </form>
  );
};

const Person = ({ badgeId }: { badgeId: string }) => {
  const { words, api, event } = useOrganizer();
  const { value, trouble, reload } = useLoaded(
    async () =>
      (await api.call('GET /v1/events/{event}/badges/{badge}', { params: { event, badge: badgeId } })).body,
    [event, badgeId],
  );
  if (!value) return <Waiting trouble={trouble} />;
  return (
    <section class="sheet">
      <h2>{value.name ?? value.badgeId}</h2>
      <p>
        {value.badgeId} · {categoryText(words, value.category)}
        {value.country && ` · ${country(value.country)}`}
      </p>
      {value.revokedAt && (
        <p class="note bad">
          {words.revokedAt(clock(value.revokedAt))} {value.revokedReason}
        </p>
      )}
      <Actions key={`${value.code}${value.revokedAt}`} story={value} onChange={reload} />
      {value.reissuedAt && (
        <p class="note warn">{words.reissuedAt(clock(value.reissuedAt), value.reissuedReason ?? '')}</p>
      )}
      {!value.revokedAt && (
        <p>
          <a class="button" href={linkTo('print', value.badgeId)}>
            {words.printBadge}
          </a>
        </p>
      )}
      <h3>{words.story}</h3>
      <BadgeScans story={value} onDone={reload} />
    </section>
  );
};

export const People = ({ id: badgeId }: ViewProps) => {
  const { words, api, event } = useOrganizer();
  const [found, setFound] = useState<Found>();
  const [trouble, setTrouble] = useState<unknown>();
  const search = async (submit: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submit.preventDefault();
    const text = String(new FormData(submit.currentTarget).get('search') ?? '');
    try {
      const query = { search: text, limit: 20 };
      setFound((await api.call('GET /v1/events/{event}/badges', { params: { event }, query })).body.items);
      setTrouble(undefined);
    } catch (error) {
      setTrouble(error);
    }
  };
  return (
    <>
      <h1>{words.people}</h1>
      <p>
        <a href={linkTo('print')}>{words.printBadges}</a>
      </p>
      <form class="sheet no-print" onSubmit={(submit) => void search(submit)}>
        <label for="search">{words.searchHelp}</label>
        <div class="row">
          <input id="search" name="search" type="search" minLength={3} maxLength={100} required />
          <button type="submit" class="main">
            {words.search}
          </button>
        </div>
        <div aria-live="polite">
          <TroubleNote of={trouble} class="bad" />
          {found && <p>{words.found(found.length)}</p>}
        </div>
        <ul class="plain">
          {found?.map((badge) => (
            <li key={badge.badgeId}>
              <a href={linkTo('people', badge.badgeId)}>{badge.name ?? badge.badgeId}</a>{' '}
              <span class="soft">
                {badge.badgeId} · {categoryText(words, badge.category)}
              </span>
            </li>
          ))}
        </ul>
      </form>
      {badgeId && <Person key={badgeId} badgeId={badgeId} />}
    </>
  );
};
