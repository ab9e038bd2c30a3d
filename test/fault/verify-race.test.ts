import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { count } from '../../functions/count/count.ts';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { sum, tally } from '../../shared/domain/tally.ts';
import { type CountingStores, verifySessions, verifyShard } from '../../shared/store/counts/verify.ts';
import { type Rig, startRig } from './support/rig.ts';
import { freshSeed } from './support/seed.ts';
import { assertExact, NotExact } from './support/trial.ts';
import { EVENT, sessions, startWalk } from './support/walk.ts';

const PATIENCE_MS = 400;

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
        kinds.add((await verifyShard(of, EVENT, sessionId, shard, until)).kind);
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
        records: attendance.records,
        mark: async (...at) => {
          await attendance.mark(...at);
          await deliver();
          await walk.run(36);
        },
      },
    };
    const kinds = await verdicts(busy, sessions.slice(0, 1));
    expect(kinds).not.toContain('drift');
    expect(kinds).toContain('pending');
    await deliver();
    expect(await verdicts(stores())).toEqual(new Set(['right']));
  });

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
        await rig.counts().repair(EVENT, sessionId, shard, counter, sum(tallies));
      }
    }
    await deliver();
    await expect(assertExact(rig, await rig.stream())).rejects.toThrow(NotExact);
  });
});
