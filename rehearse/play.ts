import { setTimeout as sleep } from 'node:timers/promises';
import type { Histogram } from 'hdr-histogram-js';
import type { ApiBody } from '../shared/client/api.ts';
import type { Breaches, Invariant } from './breaches.ts';
import type { Client, Course } from './client.ts';
import { latencies } from './latencies.ts';
import type { Expected, Ledger } from './ledger.ts';
import type { CrowdScan, Request } from './requests.ts';

/** Requests under way at once, as from as many devices that wait for their answers. */
export const IN_FLIGHT = 32;

const CHECK_INS = 'POST /v1/events/{event}/check-ins';
type Result = ApiBody<typeof CHECK_INS>['results'][number];

export interface Stage {
  readonly client: Client;
  readonly event: string;
  /** Tokens of the devices by the crowd's device number. */
  readonly tokens: readonly string[];
  /** The host's session for a session of the crowd. */
  readonly sessionIds: ReadonlyMap<string, string>;
  /** When the rehearsal's clock shows 0, ms since 1970. */
  readonly beginsAt: number;
}

export interface Tally {
  requests: number;
  /** Scans answered, those that were sent again included. */
  answered: number;
  replays: number;
  conflicts: number;
  readonly outcomes: Map<string, number>;
  readonly reasons: Map<string, number>;
  readonly answerMicros: Histogram;
  elapsedMs: number;
}

export interface PlayOptions {
  readonly stage: Stage;
  readonly requests: readonly Request[];
  readonly ledger: Ledger;
  readonly breaches: Breaches;
  /** Rehearsed time ÷ real time. */
  readonly speed: number;
  /** Called when new scans have been answered. */
  readonly onAnswered: (newScans: number) => void;
}

interface Sent {
  readonly scan: CrowdScan;
  readonly expected: Expected;
}

const countIn = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);

/** Sends the crowd's requests and compares every answer with the ledger. */
export const play = async (options: PlayOptions): Promise<Tally> => {
  const { requests, ledger, speed, onAnswered } = options;
  const tally: Tally = {
    requests: 0,
    answered: 0,
    replays: 0,
    conflicts: 0,
    outcomes: new Map(),
    reasons: new Map(),
    answerMicros: latencies(),
    elapsedMs: 0,
  };
  const startedAt = performance.now();
  const firstAtMs = requests[0]?.sendAtMs ?? 0;
  const inFlight = new Set<Promise<void>>();
  const order = badgeOrder();
  const failures: unknown[] = [];

  for (const request of requests) {
    const waitMs = (request.sendAtMs - firstAtMs) / speed - (performance.now() - startedAt);
    if (waitMs > 1) await sleep(waitMs);
    while (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
    if (failures.length > 0) break;
    const sent = request.scans.map((scan) => ({ scan, expected: ledger.decide(scan) }));
    const task = order
      .after(request.scans, () => sendAndCompare(options, request, sent, tally))
      .then(() => onAnswered(request.resent ? 0 : request.scans.length))
      .catch((error: unknown) => {
        failures.push(error);
      })
      .finally(() => inFlight.delete(task));
    inFlight.add(task);
  }
  await Promise.all(inFlight);
  for (const error of failures) throw error;
  tally.elapsedMs = performance.now() - startedAt;
  return tally;
};

/**
 * Scans of one badge are sent one after the other, as a person can be at one door only: otherwise two
 * requests under way could overtake each other and the ledger could not know which came first.
 */
const badgeOrder = () => {
  const last = new Map<string, Promise<unknown>>();
  return {
    after<T>(scans: readonly CrowdScan[], task: () => Promise<T>): Promise<T> {
      const keys = scans.map(({ sessionId, badge, code }) => `${sessionId}/${badge?.badgeId ?? code}`);
      const done = Promise.allSettled(keys.map((key) => last.get(key))).then(task);
      for (const key of keys) last.set(key, done);
      return done;
    },
  };
};

const sendAndCompare = async (
  { stage, breaches }: PlayOptions,
  request: Request,
  sent: readonly Sent[],
  tally: Tally,
): Promise<void> => {
  const course: Course = { attempts: 1, tookMs: 0 };
  const { body } = await stage.client.as(stage.tokens[request.device], course).call(CHECK_INS, {
    params: { event: stage.event },
    body: { scans: sent.map(({ scan }) => scanBody(stage, scan)) },
  });
  tally.requests += 1;
  tally.answerMicros.recordValue(Math.max(1, Math.round(course.tookMs * 1_000)));
  for (const [index, each] of sent.entries()) {
    const result = body.results[index];
    if (!result) {
      breaches.add('I1', `scan ${each.scan.scanId} got no result in an answer of ${body.results.length}`);
      continue;
    }
    tally.answered += 1;
    tally.replays += Number(result.replayed);
    tally.conflicts += Number(result.conflict !== null);
    countIn(tally.outcomes, result.outcome);
    if (result.reason !== null) countIn(tally.reasons, result.reason);
    compare({ ...each, result, resent: request.resent, retried: course.attempts > 1 }, breaches);
  }
};

/** What a request says of a scan. */
const scanBody = ({ sessionIds, beginsAt }: Stage, scan: CrowdScan) => ({
  scanId: scan.scanId,
  sessionId: sessionIds.get(scan.sessionId) ?? scan.sessionId,
  badge: scan.code,
  direction: scan.direction,
  scannedAt: new Date(beginsAt + scan.scannedMs).toISOString(),
  admittedOffline: scan.admittedOffline,
});

interface Comparison extends Sent {
  readonly result: Result;
  readonly resent: boolean;
  /** Without an answer the first time: the host may or may not have recorded it. */
  readonly retried: boolean;
}

const compare = ({ scan, expected, result, resent, retried }: Comparison, breaches: Breaches): void => {
  const invariant: Invariant = resent || retried ? 'I2' : scan.admittedOffline ? 'I6' : 'I5';
  const which = `scan ${scan.scanId} (${scan.direction} of ${scan.badge?.badgeId ?? scan.standing} to ${scan.sessionId})`;
  const wanted = `${expected.outcome} ${expected.reason ?? ''} ${expected.conflicts.join(' or ')}`;
  const same =
    result.scanId === scan.scanId &&
    result.outcome === expected.outcome &&
    result.reason === expected.reason &&
    expected.conflicts.includes(result.conflict);
  if (!same) {
    const got = `${result.outcome} ${result.reason ?? ''} ${result.conflict}`;
    breaches.add(invariant, `${which} was answered "${got}", the ledger says "${wanted}"`);
  }
  // The refusal of an unknown code may be recorded anew; the contract promises replays of known badges only.
  if (retried || scan.badge === null || result.replayed === resent) return;
  breaches.add(
    'I2',
    `${which} was answered replayed ${result.replayed}, though it was ${resent ? '' : 'not '}sent before`,
  );
};
