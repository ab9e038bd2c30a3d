import { setTimeout as sleep } from 'node:timers/promises';
import type { Histogram } from 'hdr-histogram-js';
import { latencies } from '../rehearse/latencies.ts';
import type { Connection, Reply } from './connection.ts';

/** Of a millisecond, in percentiles. */
export const DIGITS = 2;

export const recordSince = (micros: Histogram, startedAt: number): void =>
  micros.recordValue(Math.max(1, Math.round((performance.now() - startedAt) * 1000)));

/**
 * Runs `work` for each item, `inFlight` at a time, each worker one after the other.
 * @returns seconds
 */
export const saturate = async <Item>(
  items: readonly Item[],
  inFlight: number,
  work: (item: Item, worker: number) => Promise<void>,
): Promise<number> => {
  const queue = items.values();
  const startedAt = performance.now();
  const workers = Array.from({ length: Math.min(inFlight, items.length) }, async (_, worker) => {
    for (const item of queue) await work(item, worker);
  });
  await Promise.all(workers);
  return (performance.now() - startedAt) / 1000;
};

/** Items at a steady rate, none before its time. `dueAt`: when it is one's time, by performance.now(), ms. */
export async function* paced<Item>(
  items: readonly Item[],
  perSecond: number,
): AsyncGenerator<{ readonly item: Item; readonly index: number; readonly dueAt: number }> {
  const startedAt = performance.now();
  for (const [index, item] of items.entries()) {
    const dueAt = startedAt + (index / perSecond) * 1000;
    const waitMs = dueAt - performance.now();
    if (waitMs > 1) await sleep(waitMs);
    yield { item, index, dueAt };
  }
}

export interface ScanRequest {
  readonly text: string;
  readonly scans: number;
}

const ADMITTED = '"outcome":"admitted"';

const admittedIn = (body: string): number => body.split(ADMITTED).length - 1;

/** @throws when not every scan of the request was admitted: a bench that measures refusals measures nothing */
export const assertAdmitted = ({ status, body }: Reply, scans: number): void => {
  if (status !== 200 || admittedIn(body) !== scans) {
    throw new Error(`${scans} scans were not all admitted: ${status} ${body.slice(0, 400)}`);
  }
};

/** Sends check-ins as fast as the host takes them. @returns check-ins a second, not requests */
export const sendAll = async (
  connections: readonly Connection[],
  requests: readonly ScanRequest[],
  micros: Histogram = latencies(),
): Promise<number> => {
  const seconds = await saturate(requests, connections.length, async ({ text, scans }, worker) => {
    const connection = connections[worker];
    if (!connection) throw new Error('more workers than connections');
    const startedAt = performance.now();
    const reply = await connection.exchange(text);
    recordSince(micros, startedAt);
    assertAdmitted(reply, scans);
  });
  return requests.reduce((sum, { scans }) => sum + scans, 0) / seconds;
};
