import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CountsMessage } from '../../shared/contract/live.ts';
import { appSyncSender, signPublish } from '../../shared/runtime/live/appsync.ts';
import {
  isChannel,
  isChannelOf,
  liveChannels,
  OVERLAP_MS,
  TERM_MS,
} from '../../shared/runtime/live/channel.ts';
import { livePublisher, PACE_MS } from '../../shared/runtime/live/publisher.ts';
import type { Counter } from '../../shared/store/counts/item.ts';

const EVENT = 'gdec-2023';

const aCounter = (version: number, more: Partial<Counter> = {}): Counter => ({
  sessionId: 'main-forum',
  shard: 0,
  watermark: '',
  version,
  fields: { inside: version, entries: version, attended: version },
  trace: null,
  lastScans: [],
  ...more,
});

/** A publisher in a world whose time passes only while somebody waits. */
const aPublisher = () => {
  let time = 0;
  let broken = false;
  let overlaps = false;
  const sent: { at: number; channel: string; messages: readonly CountsMessage[] }[] = [];
  const publish = livePublisher({
    channels: {
      published: async (event) => [`/counts/${event}/now`, ...(overlaps ? [`/counts/${event}/before`] : [])],
    },
    clock: () => time,
    now: () => Date.parse('2023-07-04T11:30:00.000Z') + time,
    wait: async (ms) => {
      time += ms;
    },
    send: async (channel, messages) => {
      if (broken) throw new Error('no network');
      sent.push({ at: time, channel, messages });
    },
  });
  return {
    sent,
    publish,
    now: () => time,
    pass: (ms: number) => {
      time += ms;
    },
    breakDown: (is: boolean) => {
      broken = is;
    },
    overlap: (is: boolean) => {
      overlaps = is;
    },
  };
};

describe('what organizers’ screens are sent', () => {
  test('says everything the contract names, and nothing else', async () => {
    const { publish, sent } = aPublisher();
    await publish(EVENT, [
      aCounter(7, { fields: { inside: 5, attended: 6, entries: 9, exits: 4, 'r:too_early': 1 } }),
    ]);
    expect(sent).toEqual([
      {
        at: 0,
        channel: '/counts/gdec-2023/now',
        messages: [
          {
            type: 'counts.v1',
            sessionId: 'main-forum',
            shard: 0,
            version: 7,
            inside: 5,
            attended: 6,
            entries: 9,
            exits: 4,
            refused: 1,
            at: '2023-07-04T11:30:00.000Z',
          },
        ],
      },
    ]);
  });

  test('a single scan is shown at once and costs no waiting', async () => {
    const { publish, sent, now, pass } = aPublisher();
    for (let version = 1; version <= 5; version += 1) {
      await publish(EVENT, [aCounter(version)]);
      pass(10_000);
    }
    expect(sent).toHaveLength(5);
    expect(now()).toBe(50_000);
  });

  test('a rush makes four messages a second at most, and the last value is never left behind', async () => {
    const { publish, sent, now, pass } = aPublisher();
    for (let version = 1; version <= 200; version += 1) {
      await publish(EVENT, [aCounter(version)]);
      expect(sent.at(-1)?.messages.at(-1)?.version).toBe(version);
      pass(5);
    }
    for (const [index, { at }] of sent.entries()) {
      const previous = sent[index - 1];
      if (previous) expect(at - previous.at).toBeGreaterThanOrEqual(PACE_MS);
    }
    // After the second message nothing waits before it is sent.
    expect(now() / sent.length).toBeLessThan(PACE_MS + 10);
  });

  test('at once and together: an older value never replaces a newer one', async () => {
    const { publish, sent } = aPublisher();
    await Promise.all([
      publish(EVENT, [aCounter(3), aCounter(1, { shard: 1 })]),
      publish(EVENT, [aCounter(2), aCounter(4, { shard: 1 })]),
      publish('another-event', [aCounter(1)]),
    ]);
    const newest = new Map<string, number>();
    for (const { channel, messages } of sent) {
      for (const { shard, version } of messages) {
        const key = `${channel} ${shard}`;
        expect(version).toBeGreaterThan(newest.get(key) ?? 0);
        newest.set(key, version);
      }
    }
    expect(Object.fromEntries(newest)).toEqual({
      '/counts/gdec-2023/now 0': 3,
      '/counts/gdec-2023/now 1': 4,
      '/counts/another-event/now 0': 1,
    });
  });

  test('after a failure the values go with the next message', async () => {
    const { publish, sent, breakDown } = aPublisher();
    breakDown(true);
    await expect(publish(EVENT, [aCounter(1), aCounter(5, { shard: 1 })])).rejects.toThrow('no network');
    breakDown(false);
    await publish(EVENT, [aCounter(2)]);
    expect(sent[0]?.messages.map(({ shard, version }) => [shard, version])).toEqual([
      [0, 2],
      [1, 5],
    ]);
  });
});

test('while two terms overlap, those who watch either are told', async () => {
  const { publish, sent, overlap } = aPublisher();
  overlap(true);
  await publish(EVENT, [aCounter(1)]);
  expect(sent.map(({ channel, messages }) => [channel, messages[0]?.version])).toEqual([
    ['/counts/gdec-2023/now', 1],
    ['/counts/gdec-2023/before', 1],
  ]);
});

describe('the names of channels', () => {
  const channels = liveChannels(async () => 'a secret of the tests');
  const NOW = Date.parse('2023-07-04T11:30:00.000Z');

  test.each(['gdec-2023', 'a', '0-0', 'x'.repeat(50)])('%s is its own segment', async (event) => {
    const { channel } = await channels.current(event, NOW);
    expect(channel).toMatch(new RegExp(`^/counts/${event}/[0-9a-f]{24}$`));
    expect([isChannelOf(event, channel), isChannel(channel)]).toEqual([true, true]);
  });

  test.each(['x'.repeat(51), 'x'.repeat(63), 'ends-in-', `${'long-'.repeat(12)}a`])(
    'a slug that AppSync would refuse (%s) has one that it takes, of its own',
    async (event) => {
      const { channel } = await channels.current(event, NOW);
      expect(channel).toMatch(/^\/counts\/[a-z0-9][a-z0-9-]{0,48}[a-z0-9]\/[0-9a-f]{24}$/);
      expect([isChannelOf(event, channel), isChannel(channel)]).toEqual([true, true]);
      expect(isChannelOf(`${event.slice(0, -1)}b`, channel)).toBe(false);
    },
  );

  test('change each term; who asked for one hears of the event until the next is asked for, and then no more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e12), fc.nat(3 * TERM_MS), async (askedAt, later) => {
        const { channel, renewInMs } = await channels.current('gdec-2023', askedAt);
        const published = await channels.published('gdec-2023', askedAt + later);
        expect(published.length).toBeLessThanOrEqual(2);
        expect(published.includes(channel)).toBe(later < renewInMs + OVERLAP_MS);
        expect(renewInMs).toBeLessThanOrEqual(TERM_MS);
      }),
    );
  });

  test('cannot be foretold without the secret', async () => {
    const others = liveChannels(async () => 'another secret');
    const { channel } = await channels.current('gdec-2023', NOW);
    expect((await others.current('gdec-2023', NOW)).channel).not.toBe(channel);
  });
});

describe('a request to publish', () => {
  test('is signed as AWS says', async () => {
    const settings = {
      url: 'https://abc.appsync-api.eu-central-1.amazonaws.com/event',
      region: 'eu-central-1',
      credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' },
    };
    const headers = await signPublish(settings, '{}', new Date('2023-07-04T11:30:00.000Z'));
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/20230704\/eu-central-1\/appsync\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(headers['x-amz-security-token']).toBe('session');
  });

  test('of many counters is split into events that AppSync takes, none lost', async () => {
    const bodies: { channel: string; events: string[] }[] = [];
    const { createServer } = await import('node:http');
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        bodies.push(JSON.parse(Buffer.concat(chunks).toString()));
        outgoing.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const send = appSyncSender({
      url: `http://127.0.0.1:${port}/event`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const messages = Array.from(
      { length: 5_001 },
      (_, index): CountsMessage => ({
        type: 'counts.v1',
        sessionId: `${'s'.repeat(58)}-${index}`,
        shard: index % 64,
        version: 1_000_000,
        inside: 100_000,
        attended: 100_000,
        entries: 100_000,
        exits: 100_000,
        refused: 100_000,
        at: '2023-07-04T11:30:00.000Z',
      }),
    );
    try {
      await send('/counts/gdec-2023', messages);
    } finally {
      server.close();
    }
    expect(bodies.map(({ events }) => events.length)).toEqual([5, 2]);
    const events = bodies.flatMap((body) => body.events);
    for (const event of events) expect(Buffer.byteLength(event)).toBeLessThan(240_000);
    expect(events.flatMap((event) => JSON.parse(event))).toHaveLength(messages.length);
  });
});
