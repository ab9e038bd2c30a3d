import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { redriveDeliveries } from '../../shared/contract/deliveries.ts';
import { deliveryTask } from '../../shared/runtime/delivery-queues.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import { log } from '../../shared/runtime/log.ts';
import { sendAll } from '../../shared/runtime/send-all.ts';
import type { EventReader } from '../../shared/store/events.ts';

/** Queues whose messages may end up as dead letters. */
const ORIGINS = ['plan', 'email', 'webhook', 'push', 'mail-events'] as const;
type Origin = (typeof ORIGINS)[number];

export interface RedriveDeps {
  /** Rejects for an unknown event. */
  readonly event: EventReader['existing'];
  readonly sqs: SQSClient;
  /** Where messages are put aside that no try could deal with. */
  readonly deadQueueUrl: string;
  readonly queueUrls: Readonly<Record<Origin, string>>;
  readonly clock: () => number;
}

/** SQS hands out no more at once. */
const MAX_BATCH = 10;
/** Of the 29 s that a request has; the caller asks again for the rest. */
const TIME_MS = 20_000;
/** What is not moved shows itself again after this: longer than a run. */
const HIDDEN_SECONDS = 60;

const SOURCE = '/events/';
const fromSns = z.object({ TopicArn: z.string(), Message: z.string() });
const cloudEvent = z.object({ source: z.string().check(z.startsWith(SOURCE)) });
const fromSes = z.object({
  eventType: z.string(),
  mail: z.object({ tags: z.object({ event: z.tuple([z.string()]) }) }),
});

/** Which queue a message was on and whose it is, by what it says; undefined where it says nothing that we know. */
const originOf = (body: string): { readonly origin: Origin; readonly event: string } | undefined => {
  try {
    const message: unknown = JSON.parse(body);
    const task = deliveryTask.safeParse(message).data;
    if (task) return { origin: task.channel, event: task.event };
    const mail = fromSes.safeParse(message).data?.mail;
    if (mail) return { origin: 'mail-events', event: mail.tags.event[0] };
    const { source } = cloudEvent.parse(JSON.parse(fromSns.parse(message).Message));
    return { origin: 'plan', event: source.slice(SOURCE.length) };
  } catch {
    return undefined;
  }
};

interface Letter {
  readonly body: string;
  readonly handle: string;
}

/** Takes a message off only after it is on its queue: it may come twice after a crash, and is never lost. */
const putBack = async (deps: RedriveDeps, origin: Origin, letters: readonly Letter[]): Promise<void> => {
  const messages = letters.map(({ body }) => ({ body, delaySeconds: 0 }));
  await sendAll(deps.sqs, deps.queueUrls[origin], messages);
  const { Failed = [] } = await deps.sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl: deps.deadQueueUrl,
      Entries: letters.map(({ handle }, index) => ({ Id: String(index), ReceiptHandle: handle })),
    }),
  );
  if (Failed.length > 0) log.warn('dead letters that were put back stay, too', { count: Failed.length });
};

const takeSome = async ({ sqs, deadQueueUrl }: RedriveDeps): Promise<Letter[]> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: deadQueueUrl,
      MaxNumberOfMessages: MAX_BATCH,
      VisibilityTimeout: HIDDEN_SECONDS,
      // Asks all of SQS's servers: one alone may have none although others have.
      WaitTimeSeconds: 1,
    }),
  );
  return Messages.map(({ Body = '', ReceiptHandle = '' }) => ({ body: Body, handle: ReceiptHandle }));
};

/** Shows what stays to the next who asks. */
const leave = async ({ sqs, deadQueueUrl }: RedriveDeps, letters: readonly Letter[]): Promise<void> => {
  for (let at = 0; at < letters.length; at += MAX_BATCH)
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: deadQueueUrl,
        Entries: letters.slice(at, at + MAX_BATCH).map(({ handle }, index) => ({
          Id: String(index),
          ReceiptHandle: handle,
          VisibilityTimeout: 0,
        })),
      }),
    );
};

/**
 * Puts dead letters of one event back on the queues that they came from. The ledger keeps what was sent already from being sent
 * again; what cannot be read stays for a person.
 */
export const redrive =
  (deps: RedriveDeps) =>
  async ({ params }: CallOf<typeof redriveDeliveries>): Promise<Answer> => {
    await deps.event(params.event);
    const end = deps.clock() + TIME_MS;
    const stay: Letter[] = [];
    let moved = 0;
    let unreadable = 0;
    let done = false;
    while (!done && deps.clock() < end) {
      const letters = await takeSome(deps);
      const known = Object.groupBy(letters, ({ body }) => {
        const letter = originOf(body);
        if (!letter) return 'unknown';
        return letter.event === params.event ? letter.origin : 'others';
      });
      for (const origin of ORIGINS) {
        const these = known[origin] ?? [];
        if (these.length > 0) await putBack(deps, origin, these);
        moved += these.length;
      }
      unreadable += known.unknown?.length ?? 0;
      stay.push(...(known.unknown ?? []), ...(known.others ?? []));
      done = letters.length === 0;
    }
    await leave(deps, stay);
    return { status: 200, body: { moved, unreadable, done } };
  };
