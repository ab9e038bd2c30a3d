import { useState } from 'preact/hooks';
import type { ApiBody } from '../../../shared/client/api.ts';
import { clock, count } from '../../common/format.ts';
import { messageOf, useLoaded, useOrganizer } from '../context.ts';

type Report = ApiBody<'GET /v1/events/{event}/announcements/{announcement}/deliveries'>;

const Protocols = ({ protocols }: Pick<Report, 'protocols'>) => {
  const { words } = useOrganizer();
  const columns = ['addressed', 'sent', 'delivered', 'failed', 'pending', 'suppressed'] as const;
  const titles = { ...words, failed: words.failedCount };
  return (
    <div class="scroll">
      <table>
        <caption class="hidden">{words.deliveries}</caption>
        <thead>
          <tr>
            <th scope="col">{words.channel}</th>
            {columns.map((name) => (
              <th scope="col" class="num" key={name}>
                {titles[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {protocols.map((report) => (
            <tr key={report.protocol}>
              <td>{report.protocol}</td>
              {columns.map((name) => {
                const value = report[name];
                return (
                  <td key={name} class={name === 'failed' && report.failed > 0 ? 'num bad' : 'num'}>
                    {value === null ? '–' : count(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** Who got an announcement, by channel; what failed is sent again, one or all. */
export const Deliveries = ({ id }: { id: string }) => {
  const { words, api, event } = useOrganizer();
  const [said, setSaid] = useState('');
  const params = { event, announcement: id };
  const { value, trouble, reload } = useLoaded(
    async () =>
      (await api.call('GET /v1/events/{event}/announcements/{announcement}/deliveries', { params })).body,
    [event, id],
    5_000,
  );
  if (!value) return <p class={trouble ? 'bad' : 'soft'}>{trouble || words.loading}</p>;
  const { failures, failureCount } = value;
  const again = async (delivery: string) => {
    try {
      const { body } = await api.call(
        'POST /v1/events/{event}/announcements/{announcement}/deliveries/{delivery}/replay',
        { params: { ...params, delivery } },
      );
      setSaid(words.sentAgain(count(body.replayed)));
      reload();
    } catch (error) {
      setSaid(words.failed(messageOf(error)));
    }
  };
  return (
    <>
      <Protocols protocols={value.protocols} />
      {failures.some(({ deliveryId }) => deliveryId !== null) && (
        <button type="button" onClick={() => void again('all')}>
          {words.allAgain(count(failureCount))}
        </button>
      )}
      <ul class="plain">
        {failures.map(({ deliveryId, protocol, detail, at }) => (
          <li class="row tight" key={deliveryId ?? `${protocol}${at}${detail}`}>
            <span class="bad">
              {clock(at)} {protocol}: {detail}
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
      <p aria-live="polite">{said}</p>
    </>
  );
};
