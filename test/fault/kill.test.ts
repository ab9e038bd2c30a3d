import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readCredentials } from '../../local/credentials.ts';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { type Acknowledged, doors } from './support/ledger.ts';
import { organizer } from './support/organizer.ts';
import { freshSeed } from './support/seed.ts';
import { makeSmallEvent, SESSIONS } from './support/small-event.ts';

const KILLS = 5;
const WORKERS = 6;
const SHORTEST_LIFE_MS = 250;
const LONGEST_LIFE_MS = 1_100;
const STORIES = 12;

const script = fileURLToPath(new URL('./support/host-process.ts', import.meta.url));

// A volunteer saw green, the power went, and the visit is gone or counted twice: that is what these would show.
describe('a host that is killed again and again while people come in', () => {
  const seed = freshSeed();
  const random = seededRandom(seed);
  const data = mkdtempSync(join(tmpdir(), 'turnout-kill-'));
  let child: ChildProcess | undefined;
  let baseUrl = '';

  /** On the same folder and, after the first time, the same port. */
  const start = async (): Promise<void> => {
    const port = baseUrl === '' ? '0' : new URL(baseUrl).port;
    const started = spawn(process.execPath, [script, inject('assembly'), data, port], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    let said = '';
    for await (const chunk of started.stdout) {
      said += String(chunk);
      const ready = /ready (\S+)/.exec(said)?.[1];
      if (ready !== undefined) {
        baseUrl = ready;
        started.stdout.resume();
        return;
      }
    }
    throw new Error(`the host did not start: ${said}`);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await gone;
  };

  beforeAll(start);
  afterAll(async () => {
    await end('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });

  it('keeps every scan that it acknowledged, once', { timeout: 120_000 }, async () => {
    console.log(`seed ${seed}`);
    const { organizerToken: token } = readCredentials(join(data, 'credentials.json'));
    const event = await makeSmallEvent({ baseUrl }, token, { badges: 150, doors: 4 });
    const crowd = doors({ baseUrl }, event, random);
    const lives: number[] = [];

    for (let kill = 0; kill < KILLS; kill += 1) {
      let open = true;
      const working = Array.from({ length: WORKERS }, () =>
        crowd.work(
          () => open,
          () => delay(2),
        ),
      );
      const life = random.whole(SHORTEST_LIFE_MS, LONGEST_LIFE_MS);
      lives.push(life);
      await delay(life);
      await end('SIGKILL');
      open = false;
      await Promise.all(working);
      await start();
      await crowd.resend();
    }

    const { failures, resent, kept } = crowd.seen();
    console.log(
      `seed ${seed}: killed after ${lives.join(', ')} ms; ${crowd.acknowledged.size} scans acknowledged,`,
    );
    console.log(
      `${failures} requests without an answer, ${resent} scans sent again, ${kept} of them were stored already`,
    );
    expect(crowd.acknowledged.size).toBeGreaterThan(100);
    expect(failures).toBeGreaterThanOrEqual(KILLS);

    expect(await crowd.replay()).toEqual([]);

    const { verify, counts, scansOf } = organizer({ baseUrl }, token);
    await expect.poll(async () => (await verify()).pending, { timeout: 20_000, interval: 200 }).toBe(0);
    expect(await verify()).toMatchObject({ drift: [], repaired: 0 });
    const all = [...crowd.acknowledged.values()];
    expect(await counts()).toEqual(new Map(SESSIONS.map((each) => [each, outcomesOf(all, each)])));

    for (const { badgeId } of random.shuffle(event.badges).slice(0, STORIES)) {
      const sent = all.filter((each) => each.badgeId === badgeId).map(({ scan }) => scan.scanId);
      expect((await scansOf(badgeId)).sort()).toEqual(sent.sort());
    }
  });

  const outcomesOf = (all: Iterable<Acknowledged>, sessionId: string) => {
    const results = [...all].filter(({ scan }) => scan.sessionId === sessionId);
    const count = (outcome: string) => results.filter(({ result }) => result.outcome === outcome).length;
    return { admitted: count('admitted'), left: count('left'), refused: count('refused') };
  };
});
