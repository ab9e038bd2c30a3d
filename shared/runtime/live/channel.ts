import { createHash, createHmac } from 'node:crypto';
import { sealingKey } from '../sealing.ts';

export const CHANNEL_NAMESPACE = 'counts';

/** A channel is published to for so long, in ms, and a while longer, in which those who watch move to the next one. */
export const TERM_MS = 5 * 60_000;
export const OVERLAP_MS = 60_000;

/**
 * A segment of a channel has at most 50 letters, digits and hyphens and ends in a letter or digit; an event's
 * slug may have 63 and end in a hyphen.
 * https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-concepts.html
 */
const SEGMENT = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/;
const KEPT_CHARACTERS = 24;
const SEAL_CHARACTERS = 24;
const SEALED = /^\/[0-9a-f]{24}$/;

const segmentOf = (event: string): string => {
  if (SEGMENT.test(event)) return event;
  const hash = createHash('sha256').update(event).digest('hex').slice(0, 24);
  return `${event.slice(0, KEPT_CHARACTERS)}-${hash}`;
};

const channelsOf = (event: string): string => `/${CHANNEL_NAMESPACE}/${segmentOf(event)}`;

/** Whether a channel may be one of an event's; never true of one with a wildcard, which would outlive all terms. */
export const isChannelOf = (event: string, channel: string): boolean =>
  channel.startsWith(channelsOf(event)) && SEALED.test(channel.slice(channelsOf(event).length));

export const isChannel = (channel: string): boolean => {
  const [, namespace, event = '', seal = '', ...more] = channel.split('/');
  return (
    namespace === CHANNEL_NAMESPACE && SEGMENT.test(event) && SEALED.test(`/${seal}`) && more.length === 0
  );
};

/**
 * Where the counts of an event are published: AppSync asks who watches once, when they subscribe, so that each term
 * has a channel of its own, whose name only we can make.
 */
export const liveChannels = (sealingSecret: () => Promise<string>) => {
  const nameOf = (secret: string, event: string, term: number): string => {
    const seal = createHmac('sha256', sealingKey(secret, 'live channel')).update(`${event}\n${term}`);
    return `${channelsOf(event)}/${seal.digest('hex').slice(0, SEAL_CHARACTERS)}`;
  };

  return {
    /** Where to watch now, and in how many ms to ask again. */
    current: async (event: string, now: number): Promise<{ channel: string; renewInMs: number }> => ({
      channel: nameOf(await sealingSecret(), event, Math.floor(now / TERM_MS)),
      renewInMs: TERM_MS - (now % TERM_MS),
    }),

    /** Where to publish now. */
    published: async (event: string, now: number): Promise<readonly string[]> => {
      const secret = await sealingSecret();
      const term = Math.floor(now / TERM_MS);
      return (now % TERM_MS < OVERLAP_MS ? [term, term - 1] : [term]).map((each) =>
        nameOf(secret, event, each),
      );
    },
  };
};
export type LiveChannels = ReturnType<typeof liveChannels>;
