import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock, count } from '../../common/format.ts';
import type { Words } from '../../words/en/organizer.ts';
import { useLoaded, useOrganizer } from '../context.ts';
import { Table } from './table.tsx';
import { Trouble, Waiting } from './trouble.tsx';

type Report = ApiBody<'GET /v1/events/{event}/announcements/{announcement}/deliveries'>;

const AMOUNTS = ['addressed', 'sent', 'delivered', 'failed', 'pending', 'suppressed'] as const;

/** What a channel said, by our words for what we know of, e.g. `bounced: Permanent, General`, `answered 410 Gone`. */
const causeIn = (words: Words, told: string): string => {
  const [, what = told, more = ''] = /^([^:;\d]+?)(?:[:;] |(?= \d))(.*)$/.exec(told) ?? [];
  const known = words.causes[what];
  return known === undefined ? told : `${known}${more && ` (${more.trim()})`}`;
};

const channelIn = (words: Words, protocol: string): string => words.protocols[protocol] ?? protocol;

const Protocols = ({ protocols }: Pick<Report, 'protocols'>) => {
  const { words } = useOrganizer();
  const titles = { ...words, failed: words.failedCount };
  return (
    <Table
      caption={words.deliveries}
      hideCaption
      rows={protocols}
      keyOf={({ protocol }) => protocol}
      columns={[
        { title: words.channel, cell: ({ protocol }) => channelIn(words, protocol) },
        ...AMOUNTS.map((name) => ({
          title: titles[name],
          kind: 'num' as const,
          look: (report: Report['protocols'][number]) =>
            name === 'failed' && report.failed > 0 ? 'bad' : '',
          cell: (report: Report['protocols'][number]) => {
            const value = report[name];
            return value === null ? '–' : count(value);
          },
        })),
      ]}
    />
  );
};

/** Why some did not get it, the most frequent cause first. */
const Causes = ({ causes }: Pick<Report, 'causes'>) => {
  const { words } = useOrganizer();
  if (causes.length === 0) return null;
  return (
    <Table
      caption={words.causesTitle}
      rows={causes}
      keyOf={({ protocol, state, cause }) => `${protocol} ${state} ${cause}`}
      columns={[
        { title: words.why, cell: ({ cause }) => causeIn(words, cause) },
        { title: words.channel, cell: ({ protocol }) => channelIn(words, protocol) },
        { title: words.state, cell: ({ state }) => words.deliveryStates[state] },
        { title: words.howMany, kind: 'num', cell: (row) => count(row.count) },
      ]}
    />
  );
};

/** Who is written to no more: nobody by name, but when and why. */
const Suppressed = ({ suppressed, all }: Pick<Report, 'suppressed'> & { readonly all: number }) => {
  const { words } = useOrganizer();
  if (suppressed.length === 0) return null;
  return (
    <details>
      <summary>{words.suppressedOnes(count(all))}</summary>
      <ul class="plain">
        {suppressed.map(({ protocol, detail, at }, index) => (
          <li key={`${protocol}${at}${index}`}>
            {clock(at)} {channelIn(words, protocol)}: {causeIn(words, detail)}
          </li>
        ))}
      </ul>
      {all > suppressed.length && <p class="soft">{words.notAllListed(count(all - suppressed.length))}</p>}
    </details>
  );
};

/** Who got an announcement, by channel; what failed is sent again, one or all. */
export const Deliveries = ({ id }: { id: string }) => {
  const { words, api, event } = useOrganizer();
  const [said, setSaid] = useState('');
  const [refused, setRefused] = useState<unknown>();
  const params = { event, announcement: id };
  const { value, trouble, reload } = useLoaded(
    async () =>
      (await api.call('GET /v1/events/{event}/announcements/{announcement}/deliveries', { params })).body,
    [event, id],
    5_000,
  );
  if (!value) return <Waiting trouble={trouble} />;
  const { failures, failureCount } = value;
  const again = async (delivery: string) => {
    try {
      const { body } = await api.call(
        'POST /v1/events/{event}/announcements/{announcement}/deliveries/{delivery}/replay',
        { params: { ...params, delivery } },
      );
      setRefused(undefined);
      setSaid(words.sentAgain(count(body.replayed)));
      reload();
    } catch (error) {
      setRefused(error);
    }
  };
  return (
    <>
      <Protocols protocols={value.protocols} />
      <Causes causes={value.causes} />
      <Suppressed
        suppressed={value.suppressed}
        all={value.protocols.reduce((sum, { suppressed }) => sum + suppressed, 0)}
      />
      {failures.some(({ deliveryId }) => deliveryId !== null) && (
        <button type="button" onClick={() => void again('all')}>
          {words.allAgain(count(failureCount))}
        </button>
      )}
      <ul class="plain">
        {failures.map(({ deliveryId, protocol, detail, at }) => (
          <li class="row tight" key={deliveryId ?? `${protocol}${at}${detail}`}>
            <span class="bad">
              {clock(at)} {channelIn(words, protocol)}: {causeIn(words, detail)}
            </span>
            {deliveryId && (
              <button type="button" onClick={() => void again(deliveryId)}>
                {words.again}
              </button>
            )}
          </li>
        ))}
      </ul>
      {failureCount > failures.length && (
        <p class="soft">{words.notAllListed(count(failureCount - failures.length))}</p>
      )}
      <p aria-live="polite">{refused === undefined ? said : <Trouble of={refused} />}</p>
    </>
  );
};
