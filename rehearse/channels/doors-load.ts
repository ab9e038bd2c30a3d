import { setTimeout as sleep } from 'node:timers/promises';
import { type Doors, type DoorsHost, HALL, openDoors } from '../../bench/conference.ts';
import { type Listening, openConnections } from '../../bench/connection.ts';
import { assertAdmitted, paced, recordSince, sendAll } from '../../bench/load.ts';
import { latencies, type Percentiles, percentilesMs } from '../latencies.ts';

/** As many requests under way as saturate a host of two cores. */
const SATURATING = 16;
const SATURATING_SCANS = 2_000;
/** More are never under way, however slow the answers are. */
const CONNECTIONS = 256;
const SECONDS = 20;
const SETTLED_MS = 3_000;
const SEED = 2023;

/** Check-ins at a steady rate, each sent at its time whether or not those before it are answered. */
const steadily = async (doors: Doors, host: Listening, perSecond: number): Promise<Percentiles> => {
  const answers = latencies();
  // New ones: a server takes its leave of connections that say nothing for a minute.
  const connections = await openConnections(host, CONNECTIONS);
  const idle = [...connections];
  const underWay = new Set<Promise<void>>();
  const send = async ({ text, scans }: ReturnType<Doors['requests']>[number], dueAt: number) => {
    const connection = idle.pop();
    if (!connection) throw new Error('more requests than connections');
    const reply = await connection.exchange(text);
    // From when it was due: a load that is held up itself must not look quick.
    recordSince(answers, dueAt);
    idle.push(connection);
    assertAdmitted(reply, scans);
  };
  const requests = doors.requests(Math.round(perSecond * SECONDS), 1, () => HALL);
  for await (const { item, dueAt } of paced(requests, perSecond)) {
    while (idle.length === 0) await Promise.race(underWay);
    const work = send(item, dueAt).finally(() => underWay.delete(work));
    underWay.add(work);
  }
  await Promise.all(underWay);
  for (const connection of connections) connection.close();
  return percentilesMs(answers, 1);
};

/** Finds out what the doors of a host can take while nothing else goes on, and loads them with half of that. */
export const doorsOf = async (host: DoorsHost) => {
  const doors = await openDoors(host, SEED);
  const port = Number(new URL(host.baseUrl).port);
  const connections = await openConnections({ port }, SATURATING);
  const saturate = () =>
    sendAll(
      connections,
      doors.requests(SATURATING_SCANS, 1, () => HALL),
    );
  await saturate();
  const saturation = await saturate();
  for (const connection of connections) connection.close();
  await sleep(SETTLED_MS);
  return { saturation, measure: () => steadily(doors, { port }, saturation / 2) };
};
