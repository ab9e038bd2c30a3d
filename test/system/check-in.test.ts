import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { sessionCounts, verifyCounts } from '../../shared/contract/attendance.ts';
import { problemDetails } from '../../shared/contract/problem-details.ts';
import { aScan, ask, present, sendScans, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

let system: TestTurnout;
let next = 0;

const door = (index = 0) => present(system.credentials.devices[index]).token;
const aBadge = () => {
  next += 1;
  return present(system.badges[next]);
};
const countsOf = async (sessionId: string) => {
  await system.turnout.host.drained();
  const { event, viewerToken } = system.credentials;
  const answer = await ask(system.credentials, 'GET', `/events/${event}/sessions/${sessionId}/attendance`, {
    token: viewerToken,
  });
  return answer.json(z.omit(sessionCounts, { conflicts: true }));
};
const verify = async () => {
  const { event, organizerToken } = system.credentials;
  const answer = await ask(system.credentials, 'POST', `/events/${event}/attendance/verify`, {
    token: organizerToken,
  });
  return answer.json(z.object({ drift: z.array(z.unknown()), pending: z.int(), checked: z.int() }));
};

beforeAll(async () => {
  system = await startTestTurnout();
});
afterAll(() => system.stop());

describe('a volunteer at a door', () => {
  it('gets an answer for each scan, and the organizer sees the count', async () => {
    const before = await countsOf('main-forum');
    const badge = aBadge();
    const scan = aScan(badge.code, { sessionId: 'main-forum' });
    const [admitted] = await sendScans(system.credentials, door(), [scan]);
    expect(admitted).toMatchObject({
      outcome: 'admitted',
      reason: null,
      conflict: null,
      replayed: false,
      badge: { badgeId: badge.badgeId, category: badge.category, country: badge.country },
      attendance: { inside: true, entries: 1, firstEntryAt: scan.scannedAt },
      occupancy: { capacity: 3600 },
    });
    const after = await countsOf('main-forum');
    expect(after.inside - before.inside).toBe(1);
    expect(after.byCountry[present(badge.country)]?.inside).toBe(1);
  });

  it('may send the same request again: nothing changes, the answers are the same', async () => {
    const [inside, refused] = [aBadge(), aBadge()];
    const scans = [aScan(inside.code), aScan(inside.code), aScan(refused.code, { direction: 'exit' })];
    const first = await sendScans(system.credentials, door(), scans);
    expect(first.map(({ outcome, reason, conflict }) => [outcome, reason, conflict])).toEqual([
      ['admitted', null, null],
      ['refused', 'already_inside', null],
      ['left', null, 'not_inside'],
    ]);
    const counted = await countsOf('opening-ceremony');
    await sendScans(system.credentials, door(1), [aScan(inside.code, { direction: 'exit' })]);
    const again = await sendScans(system.credentials, door(2), scans.toReversed());
    expect(
      again.map(({ outcome, reason, conflict, replayed }) => [outcome, reason, conflict, replayed]),
    ).toEqual([
      ['left', null, 'not_inside', true],
      ['refused', 'already_inside', null, true],
      ['admitted', null, null, true],
    ]);
    const afterwards = await countsOf('opening-ceremony');
    expect({ ...afterwards, inside: 0 }).toMatchObject({
      entries: counted.entries,
      refused: counted.refused,
      inside: 0,
    });
  });

  it('hears one malformed scan named, while the others are decided', async () => {
    const results = await sendScans(system.credentials, door(), [
      { ...aScan(aBadge().code), direction: 'sideways' },
      aScan(aBadge().code),
      { ...aScan(aBadge().code), scannedAt: '1970-01-01T00:00:00.000Z' },
      'not a scan',
    ]);
    expect(results.map(({ outcome, pointer }) => [outcome, pointer])).toEqual([
      ['invalid', '/scans/0/direction'],
      ['admitted', undefined],
      ['invalid', '/scans/2/scannedAt'],
      ['invalid', '/scans/3'],
    ]);
  });

  it('with a clock two years ahead has the scan recorded at the server’s time', async () => {
    const [result] = await sendScans(system.credentials, door(), [
      aScan(aBadge().code, { scannedAt: '2100-01-01T00:00:00.000Z' }),
    ]);
    expect(Math.abs(Date.parse(present(result?.attendance?.firstEntryAt)) - Date.now())).toBeLessThan(60_000);
  });

  it.each([
    ['unknown_badge', { badge: 'no such code' }],
    ['forged_badge', { badge: 'T1.gdec-2023.B-000001.vip.SG.k1.AAAA' }],
    ['unknown_session', { sessionId: 'no-such-session' }],
  ])('hears %s', async (reason, more) => {
    const scan = aScan(aBadge().code, more);
    const [first] = await sendScans(system.credentials, door(), [scan]);
    const [again] = await sendScans(system.credentials, door(), [scan]);
    expect(first).toMatchObject({ outcome: 'refused', reason, replayed: false });
    expect(again).toMatchObject({ outcome: 'refused', reason, replayed: true });
  });

  it('never admits a badge whose code has one flipped bit', async () => {
    const { code } = aBadge();
    const flipped = Array.from({ length: 100 }, (_, index) => {
      const bytes = Buffer.from(code);
      const at = (index * 7) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return aScan(bytes.toString('latin1'));
    });
    const results = await sendScans(system.credentials, door(), flipped);
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['refused']));
  });

  it('refuses a revoked badge', async () => {
    const { badgeId, code } = aBadge();
    const { event, organizerToken } = system.credentials;
    const revoked = await ask(system.credentials, 'POST', `/events/${event}/badges/${badgeId}/revoke`, {
      token: organizerToken,
    });
    expect(revoked.status).toBe(200);
    await expect
      .poll(async () => (await sendScans(system.credentials, door(), [aScan(code)]))[0]?.reason, {
        timeout: 45_000,
        interval: 500,
      })
      .toBe('revoked_badge');
  });
});

describe('two doors that scan one badge at the same moment', () => {
  it('admit it exactly once, 1,000 times', async () => {
    const badges = system.badges.slice(1000, 2000);
    let admittedOnce = 0;
    const pairs = badges.values();
    const work = async () => {
      for (const { code } of pairs) {
        const results = await Promise.all(
          [0, 1].map((at) =>
            sendScans(system.credentials, door(at), [aScan(code, { sessionId: 'forum-ai' })]),
          ),
        );
        const outcomes = results
          .flat()
          .map(({ outcome, reason }) => `${outcome} ${reason}`)
          .sort();
        if (outcomes.join() === 'admitted null,refused already_inside') admittedOnce += 1;
      }
    };
    await Promise.all(Array.from({ length: 16 }, work));
    expect(admittedOnce).toBe(1000);
    const counts = await countsOf('forum-ai');
    expect(counts).toMatchObject({ inside: 1000, attended: 1000, entries: 1000, refused: 1000 });
  });
});

describe('bad input', () => {
  const path = '/events/gdec-2023/check-ins';
  it.each([
    ['malformed JSON', 400, 'validation', '{"scans": ['],
    ['an unknown field', 400, 'validation', { scans: [{}], extra: 1 }],
    ['no scans', 400, 'validation', { scans: [] }],
    ['101 scans', 400, 'validation', { scans: Array.from({ length: 101 }, () => ({})) }],
    ['a wrong type', 400, 'validation', { scans: 'all of them' }],
    ['more than 256 KB', 413, 'payload-too-large', { scans: [{ badge: 'x'.repeat(300_000) }] }],
  ])('%s gets %i %s', async (_, status, code, body) => {
    const answer = await ask(system.credentials, 'POST', path, { token: door(), body });
    const problem = answer.json(problemDetails);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    expect(problem.type).toMatch(new RegExp(`/problems/${code}$`));
    expect(problem.status).toBe(status);
  });

  it.each([
    ['the token of another event', 'door', '/events/other-event/check-ins', 403],
    ['an organizer’s token', 'organizer', path, 403],
  ])('%s gets a clear problem', async (_, who, where, status) => {
    const token = who === 'door' ? door() : who === 'organizer' ? system.credentials.organizerToken : who;
    const answer = await ask(system.credentials, 'POST', where, { token, body: { scans: [] } });
    expect(answer.status).toBe(status);
    expect(answer.json(problemDetails).detail).not.toBe('');
  });

  // What was never a token of ours ends at the gateway, which has words of its own.
  it.each([
    ['a made-up token', 'abc'],
    ['a made-up device token', `gdec-2023.d-1.${'A'.repeat(43)}`],
  ])('%s gets API Gateway’s own words', async (_, token) => {
    const answer = await ask(system.credentials, 'POST', path, { token, body: { scans: [] } });
    expect([answer.status, answer.json(z.unknown())]).toEqual([403, { message: 'Forbidden' }]);
  });

  it('no token gets API Gateway’s own words', async () => {
    const answer = await ask(system.credentials, 'POST', path, { body: { scans: [] } });
    expect([answer.status, answer.json(z.unknown())]).toEqual([401, { message: 'Unauthorized' }]);
  });

  it('a wrong method says which is right', async () => {
    const answer = await ask(system.credentials, 'DELETE', path, { token: door() });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('after all of this', () => {
  it('every count equals its records', async () => {
    await system.turnout.host.drained();
    expect(await verify()).toMatchObject({ drift: [], pending: 0 });
    expect(verifyCounts.function).toBe('attendance');
  });
});
