import { createHash } from 'node:crypto';

export const CHANNEL_NAMESPACE = 'counts';

/**
 * A segment of a channel has at most 50 letters, digits and hyphens and ends in a letter or digit; an event's
 * slug may have 63 and end in a hyphen.
 * https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-concepts.html
 */
const SEGMENT = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/;
const KEPT_CHARACTERS = 24;

const segmentOf = (event: string): string => {
  if (SEGMENT.test(event)) return event;
  const hash = createHash('sha256').update(event).digest('hex').slice(0, 24);
  return `${event.slice(0, KEPT_CHARACTERS)}-${hash}`;
};

/** Where the counts of an event are published. */
export const channelOf = (event: string): string => `/${CHANNEL_NAMESPACE}/${segmentOf(event)}`;
