import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type OwnDevice, ownEvent } from '../support/own-event.ts';
import { ask, present, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const story = z.object({
  scans: z.array(
    z.object({
      sessionId: z.string(),
      outcome: z.string(),
      scannedAt: z.string(),
      deviceId: z.string(),
      system: z.string().nullable(),
    }),
  ),
});

describe('where people are', () => {
  let system: TestTurnout;
  let own: Awaited<ReturnType<typeof ownEvent>>;
  let door: OwnDevice;
  const started = Date.now();
  const ended = started - HOUR;

  beforeAll(async () => {
    system = await startTestTurnout({ empty: true });
    own = await ownEvent(
      system,
      'places-2023',
      [
        { sessionId: 'entrance-hall', kind: 'entrance' },
        { sessionId: 'forum-ai' },
        { sessionId: 'forum-lhasa' },
        {
          sessionId: 'breakfast',
          startsAt: new Date(ended - HOUR).toISOString(),
          endsAt: new Date(ended).toISOString(),
          graceMinutes: 15,
        },
      ],
      { onePlaceAtATime: true },
    );
    door = await own.pair('Door 1');
  });
  afterAll(() => system?.stop());

  const enter = async (badge: string, sessionId: string, at: number) => {
    const scan = {
      scanId: crypto.randomUUID(),
      sessionId,
      badge,
      scannedAt: new Date(at).toISOString(),
      admittedOffline: true,
    };
    const path = `/events/${own.event}/check-ins`;
    const answer = await ask(system.credentials, 'POST', path, {
      token: door.token,
      body: { scans: [scan] },
    });
    expect(answer.status, answer.text).toBe(200);
  };
  const storyOf = async (badgeId: string) => {
    const { scans } = (await own.organizer('GET', `/badges/${badgeId}`)).json(story);
    return scans.map(({ sessionId, outcome, system: why, scannedAt }) => [
      sessionId,
      outcome,
      why,
      Date.parse(scannedAt),
    ]);
  };

  it('an entry elsewhere is the exit from here, and the badge’s story says why', async () => {
    const [badge] = await own.issue([{ badgeId: 'B-1', category: 'delegate' }]);
    const [first, second] = [started - 20 * MINUTE, started - 5 * MINUTE];
    await enter(present(badge), 'entrance-hall', first - MINUTE);
    await enter(present(badge), 'forum-ai', first);
    await enter(present(badge), 'forum-lhasa', second);
    await system.turnout.host.drained();
    expect(await storyOf('B-1')).toEqual(
      expect.arrayContaining([
        ['entrance-hall', 'admitted', null, first - MINUTE],
        ['forum-ai', 'admitted', null, first],
        ['forum-lhasa', 'admitted', null, second],
        ['forum-ai', 'left', 'entered forum-lhasa', second],
      ]),
    );
    expect(await storyOf('B-1')).toHaveLength(4);
  });

  it('a session that is over is empty after the next run of its schedule, by exits at its end', async () => {
    const [badge] = await own.issue([{ badgeId: 'B-2', category: 'delegate' }]);
    await enter(present(badge), 'breakfast', ended - 30 * MINUTE);
    // As the schedule does it each minute.
    const afterARun = async () => {
      await system.turnout.host.invoke('session-end', {});
      return storyOf('B-2');
    };
    await expect.poll(afterARun, { timeout: 20_000, interval: 500 }).toEqual([
      ['breakfast', 'admitted', null, ended - 30 * MINUTE],
      ['breakfast', 'left', 'session ended', ended],
    ]);
  });
});
