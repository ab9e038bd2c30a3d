import { clock, count } from '../../common/format.ts';
import { useLoaded, useOrganizer } from '../context.ts';

/** Who got an announcement, by channel, and what failed. */
export const Deliveries = ({ id }: { id: string }) => {
  const { words, api, event } = useOrganizer();
  const { value, trouble } = useLoaded(
    async () =>
      (
        await api.call('GET /v1/events/{event}/announcements/{announcement}/deliveries', {
          params: { event, announcement: id },
        })
      ).body,
    [event, id],
    5_000,
  );
  if (!value) return <p class={trouble ? 'bad' : 'soft'}>{trouble || words.loading}</p>;
  return (
    <div class="scroll">
      <table>
        <caption>{words.deliveries}</caption>
        <thead>
          <tr>
            <th scope="col">{words.channel}</th>
            <th scope="col" class="num">
              {words.sent}
            </th>
            <th scope="col" class="num">
              {words.failedCount}
            </th>
            <th scope="col" class="num">
              {words.pending}
            </th>
          </tr>
        </thead>
        <tbody>
          {value.protocols.map(({ protocol, sent, failed, pending }) => (
            <tr key={protocol}>
              <td>{protocol}</td>
              <td class="num">{count(sent)}</td>
              <td class={failed > 0 ? 'num bad' : 'num'}>{count(failed)}</td>
              <td class="num">{count(pending)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {value.failures.map(({ protocol, detail, at }) => (
        <p class="bad" key={`${protocol}${at}${detail}`}>
          {clock(at)} {protocol}: {detail}
        </p>
      ))}
    </div>
  );
};
