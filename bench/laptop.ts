import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { readCredentials } from '../local/credentials.ts';
import { localAuthority } from '../local/http/authority.ts';
import { runUntilReady } from '../rehearse/host-process.ts';
import type { Percentiles } from '../rehearse/latencies.ts';
import { residentMb } from '../rehearse/processes.ts';
import { type Doors, type DoorsHost, openDoors, rooms } from './conference.ts';
import { type Connection, type Listening, openConnections } from './connection.ts';
import { untilCounted } from './counting.ts';
import { measureLiveDelay } from './live-delay.ts';
import { paced, type ScanRequest } from './load.ts';
import { table } from './report.ts';
import { rounded } from './statistics.ts';

/** Scans a second of all doors together. A door with a queue takes one in two to three seconds. */
const RATES = [25, 50, 100, 200, 300];
const QUICK_RATES = [25, 100];
const CUT_PER_SECOND = 100;
const CUT_SECONDS = 6;
const CONNECTIONS = 32;

type Laptop = DoorsHost &
  Listening & { readonly pid: number; readonly readyMs: number; kill(): Promise<void> };

/** The address for phones. */
const network = /^network (https:\S+)\/local\/trust$/m;

const startLaptop = async (data: string): Promise<Laptop & { stop(): Promise<void> }> => {
  const args = ['--port', '0', '--host', '127.0.0.1', '--empty', '--data', data];
  const host = await runUntilReady('local/main.ts', args, { says: network });
  const { baseUrl, organizerToken } = readCredentials(join(data, 'credentials.json'));
  const { certificate: authority } = await localAuthority(data);
  const { pid, readyMs, kill, stop } = host;
  return {
    data,
    baseUrl,
    organizerToken,
    port: Number(new URL(host.baseUrl).port),
    authority,
    pid,
    readyMs,
    kill,
    stop,
  };
};

const into = (index: number): string => rooms[index % rooms.length] ?? '';

interface Sent extends ScanRequest {
  acknowledged: boolean;
}

/** Sends until the host dies. */
const sendUntilCut = async (host: Laptop, requests: readonly ScanRequest[]): Promise<Sent[]> => {
  const connections = await openConnections(host, CONNECTIONS);
  const idle = [...connections];
  const sent: Sent[] = [];
  const send = async (connection: Connection, one: Sent): Promise<void> => {
    one.acknowledged = await connection.exchange(one.text).then(
      ({ status }) => status === 200,
      () => false,
    );
    idle.push(connection);
  };
  const cut = sleep((CUT_SECONDS / 2) * 1000).then(host.kill);
  const underWay: Promise<void>[] = [];
  for await (const { item } of paced(requests, CUT_PER_SECOND)) {
    const one: Sent = { ...item, acknowledged: false };
    sent.push(one);
    const connection = idle.shift();
    if (connection) underWay.push(send(connection, one));
  }
  await Promise.all([cut, ...underWay]);
  for (const connection of connections) connection.close();
  return sent;
};

const outcomes = z.object({
  results: z.array(z.object({ outcome: z.string(), replayed: z.boolean() })),
});

/** Everything again, as phones do it. @returns how many acknowledged scans the host no longer knew */
const sendAgain = async (host: Laptop, sent: readonly Sent[]): Promise<number> => {
  const [connection] = await openConnections(host, 1);
  if (!connection) throw new Error('no connection');
  let lost = 0;
  for (const { text, acknowledged } of sent) {
    const { status, body } = await connection.exchange(text);
    if (status !== 200) throw new Error(`sent again: ${status} ${body.slice(0, 200)}`);
    const [result] = outcomes.parse(JSON.parse(body)).results;
    if (result?.outcome !== 'admitted') throw new Error(`sent again: ${body.slice(0, 200)}`);
    if (acknowledged && !result.replayed) lost += 1;
  }
  connection.close();
  return lost;
};

/** @param counted check-ins before */
const cutPower = async (host: Laptop, doors: Doors, counted: number) => {
  const requests = doors.requests(CUT_PER_SECOND * CUT_SECONDS, 1, into);
  const sent = await sendUntilCut(host, requests);
  const again = await startLaptop(host.data);
  try {
    const lost = await sendAgain(again, sent);
    const countedAfterS = await untilCounted(again, counted + sent.length);
    const acknowledged = sent.filter((one) => one.acknowledged).length;
    return {
      sent: sent.length,
      acknowledged,
      lost,
      readyAgainS: rounded(again.readyMs / 1000, 1),
      countedAfterS: rounded(countedAfterS, 1),
    };
  } finally {
    await again.stop();
  }
};

/**
 * How far one machine carries a conference: doors by TLS into 60 rooms at rising rates beside an organizer's live
 * counts, then the machine dies in the middle and is started again.
 */
export const measureLaptop = async (
  folder: string,
  {
    seed,
    quick,
    say,
  }: { readonly seed: number; readonly quick: boolean; readonly say: (line: string) => void },
) => {
  const host = await startLaptop(join(folder, 'laptop'));
  let dead = false;
  try {
    const doors = await openDoors(host, seed);
    const steps: Awaited<ReturnType<typeof measureLiveDelay>>[] = [];
    for (const perSecond of quick ? QUICK_RATES : RATES) {
      say(`${perSecond} scans a second`);
      steps.push(await measureLiveDelay(host, doors, { perSecond, seconds: quick ? 5 : 20, into }));
    }
    const memoryMb = residentMb(host.pid);
    say('the power fails');
    dead = true;
    const stored = steps.reduce((sum, { checkIns }) => sum + checkIns, 0);
    return { steps, memoryMb, cut: await cutPower(host, doors, stored) };
  } finally {
    if (!dead) await host.stop();
  }
};

const spread = ({ p50, p99, max }: Percentiles): string => [p50, p99, max].map(Math.round).join(', ');

export const laptopTable = ({ steps, memoryMb, cut }: Awaited<ReturnType<typeof measureLaptop>>): string =>
  [
    table(
      ['scans/s', 'scans', 'answer p50, p99, longest, ms', 'on the screen p50, p99, longest, ms'],
      steps.map(({ perSecond, checkIns, answerMs, delayMs }) => [
        String(perSecond),
        String(checkIns),
        spread(answerMs),
        spread(delayMs),
      ]),
    ),
    `host ${memoryMb} MB; killed at ${CUT_PER_SECOND} scans/s: ${cut.acknowledged} of ${cut.sent} scans were answered, ${cut.lost} of them lost; ready again after ${cut.readyAgainS} s, all counted ${cut.countedAfterS} s after they were sent again`,
  ].join('\n\n');
