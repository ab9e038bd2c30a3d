import * as z from 'zod';
import { isChannel, isChannelOf } from '../../shared/runtime/live/channel.ts';
import { log } from '../../shared/runtime/log.ts';
import type { Principal } from '../../shared/runtime/principal.ts';
import type { TokenVerifier } from '../../shared/runtime/tokens.ts';

/** https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html */
const request = z.object({
  authorizationToken: z.string(),
  requestContext: z.object({ operation: z.string(), channel: z.string().nullish() }),
});

const READERS = ['organizer', 'viewer'];

/** Whether somebody may see the counts on a channel; without one, whether they may connect at all. */
const mayWatch = (principal: Principal, channel: string | undefined): boolean => {
  if (principal.kind !== 'user' || !READERS.some((role) => principal.roles.includes(role))) return false;
  if (channel === undefined) return true;
  if (principal.events === null) return isChannel(channel);
  return principal.events.some((event) => isChannelOf(event, channel));
};

/**
 * Lets organizers and viewers of an event watch its counts. Publishing is not for tokens: the namespace takes
 * signed requests only.
 */
export const authorizeLive = (verify: TokenVerifier) => async (event: unknown) => {
  const { authorizationToken, requestContext } = request.parse(event);
  const { operation } = requestContext;
  const channel = requestContext.channel ?? undefined;
  const principal = await verify(authorizationToken);
  const isAuthorized = operation !== 'EVENT_PUBLISH' && mayWatch(principal, channel);
  if (!isAuthorized) log.info('live channel refused', { operation, channel, kind: principal.kind });
  // Not to be remembered: a verdict about one channel would be taken for another one's.
  return { isAuthorized, ttlOverride: 0 };
};
