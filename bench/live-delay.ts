import { setTimeout as sleep } from 'node:timers/promises';
import { latencies, percentilesMs } from '../rehearse/latencies.ts';
import { watchCounts } from '../shared/client/live/client.ts';
import { type ApiHost, type Doors, EVENT, HALL } from './conference.ts';
import { type Listening, openConnections } from './connection.ts';
import { countedEntries } from './counting.ts';
import { assertAdmitted, DIGITS, paced, recordSince } from './load.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const LAST_MESSAGE_TIMEOUT_MS = 15_000;
/** Enough for answers that take 100 ms at 1,000 a second. */
const CONNECTIONS = 96;
const STEP_MS = 5;

const until = async (what: string, holds: () => boolean, ms: number): Promise<void> => {
  for (const startedAt = performance.now(); !holds(); await sleep(STEP_MS)) {
    if (performance.now() - startedAt > ms) throw new Error(`not within ${ms} ms: ${what}`);
  }
};

export interface LiveLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** The session of each scan; the hall for all of them. */
  readonly into?: ((index: number) => string) | undefined;
}

/**
 * How long an answered scan takes to reach a screen, at a steady rate. A message carries counts, not scans: the
 * n-th answered scan has arrived when n entries are shown, which is right for the distribution. A message that
 * overtakes the answer counts as no delay.
 */
export const measureLiveDelay = async (
  host: ApiHost & Listening,
  doors: Doors,
  { perSecond, seconds, into = () => HALL }: LiveLoad,
) => {
  const answeredAt: number[] = [];
  const delays = latencies();
  const answers = latencies();
  const entriesOf = new Map<string, number>();
  const before = await countedEntries(host);
  let live = false;
  let shown = 0;
  let messages = 0;
  const totalEntries = (): number => [...entriesOf.values()].reduce((sum, entries) => sum + entries, 0);
  const watch = watchCounts({
    baseUrl: host.baseUrl,
    event: EVENT,
    token: host.organizerToken,
    onState: ({ kind }) => {
      live = kind === 'live';
    },
    onCounts: (sessionId, { entries }) => {
      entriesOf.set(sessionId, entries);
      messages += 1;
      const arrived = totalEntries() - before;
      for (; shown < arrived; shown += 1) recordSince(delays, answeredAt[shown] ?? performance.now());
    },
  });
  const connections = await openConnections(host, CONNECTIONS);
  const idle = [...connections];
  try {
    const requests = doors.requests(Math.round(perSecond * seconds), 1, into);
    await until('live', () => live, CONNECT_TIMEOUT_MS);
    messages = 0;
    const sent: Promise<void>[] = [];
    const send = async ({ text, scans }: (typeof requests)[number]): Promise<void> => {
      // The one that rested longest: none may rest so long that the host closes it.
      const connection = idle.shift();
      if (!connection) throw new Error(`the host does not keep up with ${perSecond} a second`);
      const sentAt = performance.now();
      const reply = await connection.exchange(text);
      answeredAt.push(performance.now());
      recordSince(answers, sentAt);
      idle.push(connection);
      assertAdmitted(reply, scans);
    };
    for await (const { item } of paced(requests, perSecond)) sent.push(send(item));
    await Promise.all(sent);
    await until('the last message', () => shown >= requests.length, LAST_MESSAGE_TIMEOUT_MS);
    return {
      perSecond: Math.round(perSecond),
      checkIns: requests.length,
      answerMs: percentilesMs(answers, DIGITS),
      delayMs: percentilesMs(delays, DIGITS),
      messagesPerSecond: Math.round((messages / seconds) * 10) / 10,
    };
  } finally {
    watch.stop();
    for (const connection of connections) connection.close();
  }
};
