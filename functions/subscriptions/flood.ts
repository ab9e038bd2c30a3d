import { Problem } from '../../shared/contract/problem.ts';
import { type Asker, isLoopback, networkOf, visitorOf } from '../../shared/runtime/asker.ts';
import type { SubscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import type { AskingLimits } from '../../shared/store/subscribers/asking-limits.ts';

export interface FloodDeps {
  readonly limits: AskingLimits;
  readonly keys: () => Promise<SubscriberKeys>;
  /** On the embedded host nobody on the machine itself is a stranger. */
  readonly loopback: boolean;
  readonly clock: () => number;
}

type Protocol = 'https' | 'sqs' | 'email' | 'webhook' | 'push';

/**
 * Endpoints that one visitor may ask for within an hour. A network of a venue is one visitor to us: it has thousands
 * of phones, hundreds of readers and few servers.
 */
const PER_VISITOR = { email: 200, push: 2_000, webhook: 50, https: 50, sqs: 50 } as const satisfies Record<
  Protocol,
  number
>;
/** An edge of CloudFront brings many visitors; whoever calls the API itself may invent where he comes from. */
const VISITORS_PER_CONNECTION = 10;

/**
 * Counts what is asked for, before anything is known of it: the answer depends on who asks alone.
 * @throws {Problem} `too-many-requests`
 */
export const assertNoFlood = async (
  { limits, keys, loopback, clock }: FloodDeps,
  asker: Asker,
  protocol: Protocol,
): Promise<void> => {
  if (loopback && isLoopback(asker.sourceIp)) return;
  const { limitOf } = await keys();
  const connection = networkOf(asker.sourceIp);
  const limit = PER_VISITOR[protocol];
  const counted = await Promise.all([
    // With the connection, or one who invents where he comes from would use up another's.
    limits.count(limitOf('source', protocol, connection, networkOf(visitorOf(asker))), limit, clock()),
    limits.count(limitOf('source', protocol, connection), limit * VISITORS_PER_CONNECTION, clock()),
  ]);
  const over = counted.find(({ within }) => !within);
  if (!over) return;
  const minutes = Math.ceil(over.leftMs / 60_000);
  throw new Problem(
    'too-many-requests',
    `Your network has asked for too many subscriptions within this hour. Try again in ${minutes} minutes.`,
    { headers: { 'retry-after': String(Math.ceil(over.leftMs / 1000)) } },
  );
};

/** Mail programs bring these to one mailbox, so they are asked as one. The subscription itself keeps its spelling. */
export const mailboxOf = (address: string): string => {
  const at = address.lastIndexOf('@');
  const [local = ''] = address.slice(0, at).split('+', 1);
  return `${local.replaceAll('.', '')}${address.slice(at)}`.toLowerCase();
};
