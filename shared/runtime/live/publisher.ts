import type { CountsMessage } from '../../contract/live.ts';
import { refusedIn } from '../../domain/tally.ts';
import type { Counter } from '../../store/counts/item.ts';
import type { LiveChannels } from './channel.ts';

export interface PublisherDeps {
  readonly channels: Pick<LiveChannels, 'published'>;
  readonly send: (channel: string, messages: readonly CountsMessage[]) => Promise<void>;
  /** Ms; only differences matter. */
  readonly clock: () => number;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** At most four messages a second on one channel from one process, in ms between two. */
export const PACE_MS = 250;
/** Two messages closer than this: a rush, in which more is sure to come. */
const RUSH_MS = 2 * PACE_MS;

interface Channel {
  readonly event: string;
  /** What is not sent yet, by session and shard: the newest values alone. */
  readonly pending: Map<string, CountsMessage>;
  sentAt: number;
  turn: Promise<void>;
}

const messageOf = ({ sessionId, shard, version, fields }: Counter, at: string): CountsMessage => ({
  type: 'counts.v1',
  sessionId,
  shard,
  version,
  inside: fields['inside'] ?? 0,
  attended: fields['attended'] ?? 0,
  entries: fields['entries'] ?? 0,
  exits: fields['exits'] ?? 0,
  refused: refusedIn(fields),
  at,
});

const keep = ({ pending }: Channel, message: CountsMessage): void => {
  const key = `${message.sessionId}#${message.shard}`;
  const known = pending.get(key);
  if (!known || known.version < message.version) pending.set(key, message);
};

/**
 * Publishes counters at a pace that a screen and a bill can bear.
 *
 * It resolves only when its values are sent, since a function's process may be frozen as soon as it has answered.
 * In a rush it sends at once and holds its answer for the rest of the pace instead: what is scanned meanwhile
 * makes the next batch and is as fresh as that batch. Waiting before sending would add the pace to every value.
 * @throws when sending failed; the values go with the next message if no newer ones replace them
 */
export const livePublisher = ({ channels: names, send, clock, now, wait }: PublisherDeps) => {
  const channels = new Map<string, Channel>();

  const flush = async (channel: Channel): Promise<void> => {
    const since = clock() - channel.sentAt;
    if (since < PACE_MS) await wait(PACE_MS - since);
    if (channel.pending.size === 0) return;
    const messages = [...channel.pending.values()];
    channel.pending.clear();
    channel.sentAt = clock();
    try {
      for (const name of await names.published(channel.event, now())) await send(name, messages);
    } catch (error) {
      for (const message of messages) keep(channel, message);
      throw error;
    }
    const rest = PACE_MS - (clock() - channel.sentAt);
    if (since < RUSH_MS && rest > 0) await wait(rest);
  };

  return async (event: string, counters: readonly Counter[]): Promise<void> => {
    const channel = channels.get(event) ?? {
      event,
      pending: new Map(),
      sentAt: Number.NEGATIVE_INFINITY,
      turn: Promise.resolve(),
    };
    channels.set(event, channel);
    const at = new Date(now()).toISOString();
    for (const counter of counters) keep(channel, messageOf(counter, at));
    const turn = channel.turn.then(() => flush(channel));
    channel.turn = turn.catch(() => undefined);
    return turn;
  };
};
