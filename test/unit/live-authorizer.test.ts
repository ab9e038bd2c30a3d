import { describe, expect, test } from 'vitest';
import { authorizeLive } from '../../functions/live-authorizer/live-authorizer.ts';
import type { Principal } from '../../shared/runtime/principal.ts';

const aUser = (roles: string[], events: string[] | null = null): Principal => ({
  kind: 'user',
  subject: 'ada',
  roles,
  events,
});
const aDevice: Principal = {
  kind: 'device',
  deviceId: 'd1',
  event: 'gdec-2023',
  role: 'supervisor',
  sessions: null,
};
const CHANNEL = `/counts/gdec-2023/${'0a'.repeat(12)}`;
const nobody: Principal = { kind: 'anonymous', reason: 'expired' };

const asks = async (principal: Principal, operation: string, channel?: string) => {
  const { isAuthorized } = await authorizeLive(async () => principal)({
    authorizationToken: 'Bearer x',
    requestContext: { operation, ...(channel !== undefined && { channel }) },
    requestHeaders: {},
  });
  return isAuthorized;
};

describe('who may watch the counts of an event', () => {
  test.each([
    ['an organizer of all events', aUser(['organizer']), true],
    ['a viewer of this event', aUser(['viewer'], ['other', 'gdec-2023']), true],
    ['a viewer of another event', aUser(['viewer'], ['other']), false],
    ['a viewer of no event', aUser(['viewer'], []), false],
    ['the press office', aUser(['press']), false],
    ['a device', aDevice, false],
    ['somebody without a good token', nobody, false],
  ])('%s: %#', async (_who, principal, may) => {
    expect(await asks(principal, 'EVENT_SUBSCRIBE', CHANNEL)).toBe(may);
  });

  test('a connection alone needs the role', async () => {
    expect(await asks(aUser(['viewer'], ['gdec-2023']), 'EVENT_CONNECT')).toBe(true);
    expect(await asks(aUser(['press']), 'EVENT_CONNECT')).toBe(false);
    expect(await asks(nobody, 'EVENT_CONNECT')).toBe(false);
  });

  test.each([
    '/counts/*',
    '/counts/gdec-2023/*',
    '/counts/gdec-2023',
    '/counts',
    `${CHANNEL}/*`,
    `${CHANNEL}/more`,
    CHANNEL.slice(0, -1),
    CHANNEL.replace('counts', 'other'),
  ])('nobody watches more than one term of one event: %s', async (channel) => {
    for (const events of [['gdec-2023'], null])
      expect(await asks(aUser(['organizer'], events), 'EVENT_SUBSCRIBE', channel)).toBe(false);
  });

  test('nobody publishes by a token', async () => {
    expect(await asks(aUser(['organizer']), 'EVENT_PUBLISH', CHANNEL)).toBe(false);
  });

  test('a verdict is not remembered: it would be taken for other channels, and outlive the token', async () => {
    const answer = await authorizeLive(async () => aUser(['viewer']))({
      authorizationToken: 'Bearer x',
      requestContext: { operation: 'EVENT_CONNECT' },
    });
    expect(answer.ttlOverride).toBe(0);
  });
});
