import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock, day } from '../../common/format.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { Table } from './table.tsx';
import { Trouble } from './trouble.tsx';

const PATH = '/v1/events/{event}/announcements/{announcement}/previews' as const;
type Link = ApiBody<`GET ${typeof PATH}`>['items'][number];

const timeOf = (at: string): string => `${day(at)} ${clock(at)}`;

const Revoke = ({ link, onRevoke }: { link: Link; onRevoke: () => void }) => {
  const { words } = useOrganizer();
  const [isAsking, setAsking] = useState(false);
  if (link.revokedAt) return words.revokedAt(timeOf(link.revokedAt));
  if (!isAsking)
    return (
      <button type="button" onClick={() => setAsking(true)}>
        {words.revoke}
      </button>
    );
  return (
    <div class="row tight">
      <button type="button" class="danger" onClick={onRevoke}>
        {words.reallyRevoke(link.to)}
      </button>
      <button type="button" onClick={() => setAsking(false)}>
        {words.cancel}
      </button>
    </div>
  );
};

const Accesses = ({ opened, lastOpenedAt, accesses }: Link) => {
  const { words } = useOrganizer();
  if (lastOpenedAt === null) return <span class="soft">{words.notOpened}</span>;
  return (
    <details>
      <summary>{words.opened(opened, timeOf(lastOpenedAt))}</summary>
      <ul class="plain">
        {accesses.map(({ at, client }) => (
          <li key={at}>
            {timeOf(at)} · {client}
          </li>
        ))}
      </ul>
    </details>
  );
};

/** An embedded host knows itself as this machine alone: others reach it where this page is. */
const pageAddress = (url: string): string => {
  const { hostname, pathname, href } = new URL(url, location.origin);
  return hostname === '127.0.0.1' ? new URL(pathname, location.origin).href : href;
};

/** Links by which named people read a scheduled announcement before its time: made, watched, ended. */
export const Embargo = ({ id }: { id: string }) => {
  const { words, api, event } = useOrganizer();
  const params = { event, announcement: id };
  const [made, setMade] = useState<{ readonly to: string; readonly url: string }>();
  const [trouble, setTrouble] = useState<unknown>();
  const loaded = useLoaded(
    async () => (await api.call(`GET ${PATH}`, { params })).body.items,
    [event, id],
    5_000,
  );
  const attempt = async (work: () => Promise<void>) => {
    setTrouble(undefined);
    await work().catch(setTrouble);
    loaded.reload();
  };
  const create = (submit: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    submit.preventDefault();
    const element = submit.currentTarget;
    const to = String(new FormData(element).get('to') ?? '').trim();
    void attempt(async () => {
      const { body } = await api.call(`POST ${PATH}`, { params, body: { to } });
      setMade({ to, url: pageAddress(body.url) });
      element.reset();
    });
  };
  const revoke = (preview: string) =>
    attempt(async () => {
      await api.call(`DELETE ${PATH}/{preview}`, { params: { ...params, preview } });
    });
  return (
    <section aria-label={words.embargo}>
      <h3>{words.embargo}</h3>
      <p class="soft">{words.embargoHelp}</p>
      <form class="row" onSubmit={create}>
        <div class="field">
          <label for={`to-${id}`}>{words.embargoFor}</label>
          <input id={`to-${id}`} name="to" required maxLength={120} autocomplete="off" />
        </div>
        <div class="field">
          <button type="submit" class="main">
            {words.makeLink}
          </button>
        </div>
      </form>
      <div aria-live="polite">
        {made && (
          <div class="note">
            <label for={`url-${id}`}>{words.linkFor(made.to)}</label>
            <input
              id={`url-${id}`}
              class="wide"
              readOnly
              value={made.url}
              onFocus={({ currentTarget }) => currentTarget.select()}
            />
          </div>
        )}
        <p class="bad">
          <Trouble of={trouble ?? loaded.trouble} />
        </p>
      </div>
      {loaded.value && loaded.value.length > 0 && (
        <Table
          caption={words.embargo}
          hideCaption
          rows={loaded.value}
          keyOf={({ previewId }) => previewId}
          columns={[
            { title: words.name, cell: ({ to }) => to },
            {
              title: words.validTo,
              cell: ({ expiresAt }) => (expiresAt ? timeOf(expiresAt) : words.untilPublished),
            },
            { title: words.accesses, cell: (link) => <Accesses {...link} /> },
            {
              title: words.action,
              cell: (link) => <Revoke link={link} onRevoke={() => void revoke(link.previewId)} />,
            },
          ]}
        />
      )}
    </section>
  );
};
