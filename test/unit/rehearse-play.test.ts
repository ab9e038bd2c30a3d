import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../../programmes/gdec-2023/seeded-random.ts';
import { Breaches } from '../../rehearse/breaches.ts';
import { Client } from '../../rehearse/client.ts';
import { generateCrowd } from '../../rehearse/crowd.ts';
import { Ledger } from '../../rehearse/ledger.ts';
import { play } from '../../rehearse/play.ts';
import { type CrowdScan, type Request, sweepOf } from '../../rehearse/requests.ts';
import { someBadges, someRooms } from './rehearse-fixtures.ts';

// The doors here answer from a second ledger: what is tested is that the rehearsal's own client sends in order,
// repeats what was not answered, and notices wrong answers.

const crowd = generateCrowd({
  seed: 3,
  run: 'play',
  badges: someBadges(),
  slots: [someRooms()],
  scans: 1500,
});
const scans = new Map(crowd.requests.flatMap((request) => request.scans.map((scan) => [scan.scanId, scan])));

interface Door {
  readonly ledger: Ledger;
  readonly seen: Set<string>;
  readonly twist: (result: ReturnType<typeof answerOf>) => unknown;
}

const answerOf = ({ ledger, seen }: Pick<Door, 'ledger' | 'seen'>, scan: CrowdScan) => {
  const { outcome, reason, conflicts } = ledger.decide(scan);
  const replayed = seen.has(scan.scanId);
  seen.add(scan.scanId);
  const nothing = { badge: null, attendance: null, previous: null, occupancy: null };
  return {
    scanId: scan.scanId,
    outcome,
    reason,
    conflict: conflicts[0] ?? null,
    replayed,
    detail: '',
    ...nothing,
  };
};

const listen = async (door: Door, port = 0): Promise<Server> => {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const ids = [...body.matchAll(/"scanId":"([^"]+)"/g)].map(([, id]) => id ?? '');
    const results = ids.flatMap((id) => scans.get(id) ?? []).map((scan) => door.twist(answerOf(door, scan)));
    await sleep(1);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ results }));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const portOf = (server: Server): number => {
  const address = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
};

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

const rehearseAt = async (door: Door, requests: readonly Request[], onAnswered = (_: Server) => {}) => {
  const server = await listen(door);
  const client = new Client(`http://127.0.0.1:${portOf(server)}`, 32);
  open.push(server, client);
  const breaches = new Breaches();
  const ledger = new Ledger();
  const stage = { client, event: 'e', tokens: [], sessionIds: new Map<string, string>(), beginsAt: 0 };
  const options = { stage, ledger, breaches, speed: 1e9 };
  const tally = await play({ ...options, requests, onAnswered: () => onAnswered(server) });
  const swept = await play({
    ...options,
    requests: sweepOf(requests, seededRandom(1)),
    onAnswered: () => {},
  });
  return { tally, swept, client, ledger, breaches: breaches.list() };
};

const aDoor = (twist: Door['twist'] = (result) => result): Door => ({
  ledger: new Ledger(),
  seen: new Set(),
  twist,
});

describe('a rehearsal', () => {
  test('passes at a door that follows the rules, with every scan answered', async () => {
    const door = aDoor();
    const { tally, swept, ledger, breaches } = await rehearseAt(door, crowd.requests);
    expect(breaches).toEqual([]);
    expect(tally.answered).toBe(crowd.requests.reduce((sum, request) => sum + request.scans.length, 0));
    expect(tally.answered - tally.replays).toBe(1500);
    expect(swept).toMatchObject({ answered: 1500, replays: 1500 });
    expect(door.ledger.counts()).toEqual(ledger.counts());
  });

  test('goes on when the host is killed and started again, with the same scanIds', async () => {
    const door = aDoor();
    let answers = 0;
    const { client, breaches } = await rehearseAt(door, crowd.requests, (server) => {
      answers += 1;
      if (answers !== 300) return;
      const port = portOf(server);
      server.closeAllConnections();
      server.close(() => setTimeout(async () => open.push(await listen(door, port)), 300));
    });
    expect(client.disconnects.length).toBeGreaterThan(0);
    expect(breaches).toEqual([]);
  });

  test('fails at a door that admits whoever is inside already', async () => {
    const door = aDoor((result) =>
      result.reason === 'already_inside' ? { ...result, outcome: 'admitted', reason: null } : result,
    );
    const { breaches } = await rehearseAt(door, crowd.requests);
    expect(new Set(breaches.map(({ invariant }) => invariant))).toContain('I5');
  });

  test('fails at a door that forgets what it has seen', async () => {
    const door = aDoor((result) => ({ ...result, replayed: false }));
    const { breaches } = await rehearseAt(door, crowd.requests);
    expect(new Set(breaches.map(({ invariant }) => invariant))).toEqual(new Set(['I2']));
  });

  test('fails at a door that leaves scans unanswered', async () => {
    const door = aDoor();
    const mute = { ...door, twist: () => undefined };
    await expect(rehearseAt(mute, crowd.requests.slice(0, 5))).rejects.toThrow();
  });
});
