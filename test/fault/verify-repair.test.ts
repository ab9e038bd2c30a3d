import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type DynamoClient, dynamoClient } from '../../local/engine/dynamo-client.ts';
import type { Batch } from '../../local/host.ts';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { startTestTurnout, type TestTurnout } from '../support/turnout.ts';
import { doors } from './support/ledger.ts';
import { organizer } from './support/organizer.ts';
import { freshSeed } from './support/seed.ts';
import { EVENT, makeSmallEvent, type SmallEvent } from './support/small-event.ts';

const BADGES = 400;
const WORKERS = 3;
const TRAFFIC_MS = 6_000;

const counts = z.object({ Items: z.array(z.record(z.string(), z.unknown())) });

interface Corruption {
  readonly sessionId: string;
  readonly shard: number;
  readonly field: string;
  readonly by: number;
}

// An organizer cannot trust a number that nobody checks; and a check that calls a late number wrong, or that mends
// what was right, is worse than none.
describe('verification of the counts', () => {
  const seed = freshSeed();
  const random = seededRandom(seed);
  let system: TestTurnout;
  let client: DynamoClient;
  let event: SmallEvent;
  let ask: ReturnType<typeof organizer>;
  let crowd: ReturnType<typeof doors>;

  beforeAll(async () => {
    console.log(`seed ${seed}`);
    system = await startTestTurnout({ empty: true });
    client = dynamoClient(system.turnout.host.endpoints.dynamodb);
    const { organizerToken } = system.credentials;
    event = await makeSmallEvent(system.credentials, organizerToken, { badges: BADGES, doors: 4 });
    ask = organizer(system.credentials, organizerToken);
    crowd = doors(system.credentials, event, random);
    await traffic(700, 20);
    await system.turnout.host.drained();
  });
  afterAll(async () => {
    client.close();
    await system.stop();
  });
  beforeEach(async () => {
    expect(await ask.verify()).toMatchObject({ drift: [], pending: 0 });
  });

  /** People come in for so long. */
  const traffic = async (ms: number, pauseMs: number): Promise<void> => {
    const until = performance.now() + ms;
    const going = () => performance.now() < until;
    await Promise.all(
      Array.from({ length: WORKERS }, () => crowd.work(going, () => delay(random.whole(0, pauseMs)))),
    );
  };

  /** As if a bug had counted wrongly: changes a counter behind the back of everyone. */
  const corrupt = ({ sessionId, shard, field, by }: Corruption) =>
    client.call('UpdateItem', {
      TableName: system.turnout.host.table('Counts'),
      Key: { pk: { S: EVENT }, sk: { S: `${sessionId}#${shard}` } },
      UpdateExpression: 'ADD #field :by',
      ExpressionAttributeNames: { '#field': `f:${field}` },
      ExpressionAttributeValues: { ':by': { N: String(by) } },
    });

  const places = (found: readonly { sessionId: string; shard: number }[]) =>
    found.map(({ sessionId, shard }) => `${sessionId}#${shard}`).sort();

  const corruptions: readonly Corruption[] = [
    { sessionId: 'main-forum', shard: 0, field: 'inside', by: 7 },
    { sessionId: 'opening-ceremony', shard: 1, field: 'changes', by: -1 },
    { sessionId: 'exhibition', shard: 2, field: 'c:vip:i', by: 3 },
  ];

  it('reports exactly the counters that were made wrong, and mends them when asked to', async () => {
    for (const each of corruptions) await corrupt(each);
    const reported = await ask.verify();
    expect(reported).toMatchObject({ checked: 22, pending: 0, repaired: 0 });
    expect(places(reported.drift)).toEqual(places(corruptions));
    for (const { sessionId, field, by } of corruptions) {
      const found = reported.drift.find((drift) => drift.sessionId === sessionId);
      expect((found?.counted[field] ?? 0) - (found?.stored[field] ?? 0)).toBe(by);
    }
    const repaired = await ask.verify(true);
    expect(repaired).toMatchObject({ pending: 0, repaired: corruptions.length });
    expect(places(repaired.drift)).toEqual(places(corruptions));
  });

  it('goes on, and can be mended, whatever has become of counters and timelines', async () => {
    const TableName = system.turnout.host.table('Counts');
    const { Items } = counts.parse(await client.call('Scan', { TableName, ConsistentRead: true }));
    const damages = [{ S: 'x' }, { N: '1e120' }, { N: '1.5' }, { BOOL: true }, { M: {} }, undefined];
    const [first] = Items.filter((item) => 'v' in item);
    for (const item of Items) {
      const names = Object.keys(item).filter((name) => /^(w|v|last|trace|f:.*|m:.*)$/.test(name));
      // What was told of conflicts is no count, and is there when a minute began meanwhile.
      if (names.length === 0) continue;
      await client.call('PutItem', {
        TableName,
        // A version that is gone is the one damage that no write notices.
        Item:
          item === first
            ? { ...item, v: undefined }
            : { ...item, [random.pick(names)]: random.pick(damages) },
      });
    }
    await ask.counts();
    await traffic(500, 5);
    await system.turnout.host.drained();
    await ask.counts();
    await ask.verify(true);
    expect(await ask.verify()).toMatchObject({ drift: [], pending: 0 });
    await traffic(300, 5);
    await system.turnout.host.drained();
    expect(await ask.verify()).toMatchObject({ drift: [], pending: 0 });
  });

  it('goes on counting rightly from a mended value', async () => {
    await corrupt({ sessionId: 'main-forum', shard: 0, field: 'entries', by: -5 });
    expect(await ask.verify(true)).toMatchObject({ repaired: 1 });
    await traffic(300, 5);
    await system.turnout.host.drained();
    expect(await ask.verify()).toMatchObject({ drift: [], pending: 0 });
  });

  it('calls a counter that is behind its stream pending, never wrong', async () => {
    const { streams } = system.turnout.host;
    streams.pause('count');
    try {
      await traffic(300, 5);
      const behind = await ask.verify(true);
      expect(behind).toMatchObject({ drift: [], repaired: 0 });
      expect(behind.pending).toBeGreaterThan(0);
    } finally {
      streams.resume('count');
    }
    await system.turnout.host.drained();
  });

  it('never makes a right count wrong, however often it repairs while people come in', async () => {
    const { streams } = system.turnout.host;
    // Batches come late, twice and in two copies at once.
    streams.transform('count', (batch: Batch) => {
      const half = Math.ceil(batch.length / 2);
      return random.pick([
        [[batch]],
        [[batch], [batch]],
        [[batch, batch]],
        [[batch.slice(0, half)], [batch.slice(half)].filter((part) => part.length > 0), [batch]],
      ]);
    });
    let running = true;
    const wrong = new Set<string>();
    let [repairs, verifications, pending] = [0, 0, 0];
    const stuttering = (async () => {
      while (running) {
        streams.pause('count');
        await delay(random.whole(50, 400));
        streams.resume('count');
        await delay(random.whole(20, 300));
      }
    })();
    const repairing = (async () => {
      for (let turn = 0; running; turn += 1) {
        if (turn % 3 === 0) {
          const each = random.pick(corruptions);
          await corrupt(each);
          wrong.add(`${each.sessionId}#${each.shard}`);
        }
        const answer = await ask.verify(true);
        verifications += 1;
        repairs += answer.repaired;
        pending += answer.pending;
        // Only what was corrupted may ever be called wrong.
        expect(places(answer.drift).filter((place) => !wrong.has(place))).toEqual([]);
        if (answer.repaired === answer.drift.length)
          for (const place of places(answer.drift)) wrong.delete(place);
      }
    })();
    await traffic(TRAFFIC_MS, 800);
    running = false;
    await Promise.all([stuttering, repairing]);
    streams.resume('count');
    streams.transform('count', undefined);
    await system.turnout.host.drained();
    console.log(`${verifications} verifications: ${repairs} repairs, ${pending} pending`);
    const last = await ask.verify(true);
    expect(places(last.drift).filter((place) => !wrong.has(place))).toEqual([]);
    expect(await ask.verify()).toMatchObject({ drift: [], pending: 0 });
    expect(repairs + last.repaired).toBeGreaterThan(0);
  });
});
