import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { count } from '../../functions/count/count.ts';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { sum, tally } from '../../shared/domain/tally.ts';
import type { CountingStores } from '../../shared/store/counts/snapshot.ts';
import { verifySessions } from '../../shared/store/counts/verify.ts';
import { verifyShard } from '../../shared/store/counts/verify-shard.ts';
import { type Rig, startRig } from './support/rig.ts';
import { freshSeed } from './support/seed.ts';
import { assertExact, NotExact } from './support/trial.ts';
import { EVENT, sessions, startWalk } from './support/walk.ts';

const PATIENCE_MS = 400;

/** Of refusals that are in no record, a counter that was lost knows only those that came after. */
const REBUILT = { except: /^u:/ };

// Repair sets a counter to what is stored. Done while a scan is on its way, it makes that scan count twice.
describe('verification, while the stream is late', () => {
  let rig: Rig;
  let walk: ReturnType<typeof startWalk>;
  let delivered = 0;

  beforeAll(async () => {
    rig = await startRig();
    walk = startWalk(rig.attendance, seededRandom(freshSeed()));
    await walk.run(72);
    await deliver();
  });
  afterAll(() => rig.stop());

  const deliver = async (): Promise<void> => {
    const records = await rig.stream();
    const handler = count({
      counts: rig.counts(),
      park: async () => {},
      publish: async () => {},
      clock: Date.now,
    });
    expect(await handler({ Records: records.slice(delivered) })).toEqual({ batchItemFailures: [] });
    delivered = records.length;
  };

  const stores = (): CountingStores => ({ attendance: rig.attendance(), counts: rig.counts() });

  const verdicts = async (of: CountingStores, which = sessions): Promise<Set<string>> => {
    const kinds = new Set<string>();
    for (const { sessionId, shards } of which) {
      for (let shard = 0; shard < shards; shard += 1) {
        const until = performance.now() + PATIENCE_MS;
        kinds.add((await verifyShard(of, { event: EVENT, sessionId, shard }, { repair: false, until })).kind);
      }
    }
    return kinds;
  };

  it('takes scans that come in right after the mark for what they are: not counted yet', async () => {
    await walk.run(60);
    const { attendance, counts } = stores();
    const busy: CountingStores = {
      counts,
      attendance: {
        ...attendance,
        mark: async (...at) => {
          await attendance.mark(...at);
          await deliver();
          await walk.run(36);
        },
      },
    };
    expect(await verdicts(busy, sessions.slice(0, 1))).toEqual(new Set(['right']));
    await deliver();
    expect(await verdicts(stores())).toEqual(new Set(['right']));
  });

  it('says of a counter that sees nothing that it stands still, never that it is wrong', async () => {
    await walk.run(60);
    const key = { event: EVENT, sessionId: 'main-forum', shard: 0 };
    const task = { repair: true, until: performance.now() + PATIENCE_MS };
    expect(await verifyShard(stores(), key, task)).toEqual({ kind: 'pending', stalled: true });
    await deliver();
  });

  /** Scans come in and are counted until the work is done. */
  const underTraffic = async <T>(work: () => Promise<T>): Promise<T> => {
    let going = true;
    const traffic = (async () => {
      while (going) await walk.run(12);
    })();
    const counting = (async () => {
      while (going) await deliver();
    })();
    try {
      return await work();
    } finally {
      going = false;
      await Promise.all([traffic, counting]);
      await deliver();
    }
  };

  it('rebuilds counters and timelines from nothing while people come in', async () => {
    const before = await rig.counts().list(EVENT);
    await rig.loseCounts();
    const found = await underTraffic(() => verifySessions(stores(), EVENT, sessions, { repair: true }));
    expect(found).toMatchObject({ checked: 10, pending: 0, repaired: 10 });
    await assertExact(rig, await rig.stream(), REBUILT);
    // Whoever watches keeps the highest version: one that began anew would be ignored.
    for (const { sessionId, shard, version } of before) {
      expect((await rig.counts().get(EVENT, sessionId, shard))?.version).toBeGreaterThan(version);
    }
  }, 30_000);

  it('finds and mends an hour of the timeline that is wrong beside a counter that is right', async () => {
    const [hour] = await rig.counts().hours(EVENT, 'main-forum');
    if (!hour) throw new Error('nobody came to main-forum');
    const key = { event: EVENT, sessionId: 'main-forum', shard: 0 };
    const lost = new Map([...hour.minutes].slice(1));
    expect(await rig.counts().repairHour(key, hour.hour, hour, lost, hour.watermark)).toBe(true);
    const found = await underTraffic(() =>
      verifySessions(stores(), EVENT, sessions.slice(0, 1), { repair: true }),
    );
    expect(found).toMatchObject({ repaired: 1, drift: [{ sessionId: 'main-forum', shard: 0 }] });
    await assertExact(rig, await rig.stream(), REBUILT);
  }, 30_000);

  it('mends a counter that knows every country and category', async () => {
    const key = { event: EVENT, sessionId: 'main-forum', shard: 0 };
    const counter = await rig.counts().get(EVENT, 'main-forum', 0);
    if (!counter) throw new Error('nobody came to main-forum');
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const everyone = Object.fromEntries(
      letters.flatMap((a) =>
        letters.flatMap((b) => ['i', 'a'].map((kind) => [`n:${a}${b}:${kind}`, 1] as const)),
      ),
    );
    expect(Object.keys(everyone).length).toBeGreaterThan(2 * 249);
    expect(await rig.counts().repair(key, counter, everyone, Date.now())).toBe(true);
    expect((await rig.counts().get(EVENT, 'main-forum', 0))?.fields).toEqual(everyone);
    const found = await underTraffic(() =>
      verifySessions(stores(), EVENT, sessions.slice(0, 1), { repair: true }),
    );
    expect(found).toMatchObject({ repaired: 1 });
    await assertExact(rig, await rig.stream(), REBUILT);
  }, 30_000);

  it('goes on where an item is malformed, as counting does', async () => {
    const pk = { S: `${EVENT}#main-forum#0` };
    await rig.put({ pk, sk: { S: 'B#malformed' }, 's:broken': { S: 'not a scan' } });
    await deliver();
    const found = await verifySessions(stores(), EVENT, sessions, { repair: false });
    expect(found).toMatchObject({ checked: 10, drift: [], pending: 0 });
  });

  it('is caught by this suite where it repairs whatever differs', async () => {
    await walk.run(60);
    for (const { sessionId, shards } of sessions) {
      for (let shard = 0; shard < shards; shard += 1) {
        const tallies = [];
        for await (const record of rig.attendance().records(EVENT, sessionId, shard, () => {})) {
          tallies.push(tally(record));
        }
        const counter = await rig.counts().get(EVENT, sessionId, shard);
        if (!counter) continue;
        await rig.counts().repair({ event: EVENT, sessionId, shard }, counter, sum(tallies), Date.now());
      }
    }
    await deliver();
    await expect(assertExact(rig, await rig.stream(), REBUILT)).rejects.toThrow(NotExact);
  });
});
