import { type ConnectionOptions, connect } from './connection.ts';
import { Failure } from './failure.ts';

const REPORT = 'GET /v1/events/{event}/announcements/{announcement}/deliveries';
const REPLAY = 'POST /v1/events/{event}/announcements/{announcement}/deliveries/{delivery}/replay';
const REDRIVE = 'POST /v1/events/{event}/deliveries/redrive';

const columns = ['addressed', 'sent', 'delivered', 'failed', 'suppressed', 'pending'] as const;
/** Where nobody tells us more than SNS did, the count is of messages, not of people. */
const BASIS = { subscribers: 'subscribers', 'accepted-by-sns': 'messages accepted by SNS' } as const;

const line = (cells: readonly (string | number)[]): void => console.log(cells.join('\t'));

/** Tables for people and for `cut`: counts of each protocol, then what failed, with the id that `replay` takes. */
export const showDeliveries = async (
  announcement: string,
  { json, ...options }: ConnectionOptions & { readonly json?: boolean | undefined },
): Promise<void> => {
  const { api, params } = connect(options);
  const { body } = await api.call(REPORT, { params: { ...params, announcement } });
  if (json) return console.log(JSON.stringify(body, null, 2));
  line(['protocol', ...columns, 'of']);
  for (const counts of body.protocols)
    line([counts.protocol, ...columns.map((name) => counts[name] ?? 'not told'), BASIS[counts.basis]]);
  if (body.causes.length > 0) {
    line(['state', 'protocol', 'count', 'cause']);
    for (const { state, protocol, count, cause } of body.causes) line([state, protocol, count, cause]);
  }
  if (body.failureCount === 0) return;
  line(['failed', 'protocol', 'edition', 'at', 'why']);
  for (const { deliveryId, protocol, edition, at, detail } of body.failures)
    line([deliveryId ?? '-', protocol, edition, at, detail]);
  if (body.failures.length < body.failureCount)
    console.error(`the first ${body.failures.length} of ${body.failureCount} failures`);
};

export const replayDeliveries = async (
  announcement: string,
  delivery: string,
  options: ConnectionOptions,
): Promise<void> => {
  const { api, params } = connect(options);
  const { body } = await api.call(REPLAY, { params: { ...params, announcement, delivery } });
  console.log(`${body.replayed} sent again`);
};

/** Puts dead letters back until none is left that can be. */
export const redriveDeliveries = async (options: ConnectionOptions): Promise<void> => {
  const { api, params } = connect(options);
  let moved = 0;
  let unreadable = 0;
  for (let done = false; !done; ) {
    const { body } = await api.call(REDRIVE, { params });
    moved += body.moved;
    unreadable = Math.max(unreadable, body.unreadable);
    done = body.done;
  }
  console.log(`${moved} put back`);
  if (unreadable > 0)
    throw new Failure(
      `${unreadable} cannot be read and stay in the queue of dead letters: look at them in SQS`,
    );
};
