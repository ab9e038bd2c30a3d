import { setTimeout as sleep } from 'node:timers/promises';
import { readBadges } from '../local/credentials.ts';
import { type ApiClient, apiClient } from '../shared/client/api.ts';
import { generateCrowd } from './crowd.ts';
import type { CrowdScan, Request } from './requests.ts';

export interface EveningStatus {
  readonly state: 'idle' | 'playing' | 'stopped' | 'over' | 'failed';
  /** Played time ÷ real time. */
  readonly speed: number;
  readonly sessionId: string;
  /** Of the whole evening. */
  readonly scans: number;
  readonly answered: number;
  /** Answers by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Why it failed. */
  readonly detail: string | null;
}

export interface Evening {
  status(): EveningStatus;
  /** Plays from the beginning. @returns false where it is being played already */
  start(speed: number): boolean;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** As its credentials say. */
export interface PlayedHost {
  readonly baseUrl: string;
  readonly event: string;
  readonly devices: readonly { readonly token: string }[];
  /** File with a badge a line. */
  readonly badges: string;
}

const SESSION = 'opening-ceremony';
const SEED = 1;
const RETRY = { withinMs: 10_000, pauseMs: 200, maxPauseMs: 1_000 };
const STOPPED = new Error('stopped');

/** The crowd's request as if it happened now; what an offline device held back lies as far back as it should. */
const bodyOf = ({ sendAtMs, scans }: Request, speed: number) => {
  const now = Date.now();
  const timeOf = ({ scannedMs, admittedOffline }: CrowdScan) =>
    admittedOffline ? Math.min(now, now - (sendAtMs - scannedMs) / speed) : now;
  return {
    scans: scans.map((scan) => ({
      scanId: scan.scanId,
      sessionId: scan.sessionId,
      badge: scan.code,
      direction: scan.direction,
      scannedAt: new Date(timeOf(scan)).toISOString(),
      admittedOffline: scan.admittedOffline,
    })),
  };
};

interface Performance {
  readonly doors: readonly ApiClient[];
  readonly event: string;
  readonly speed: number;
  readonly stop: AbortController;
  readonly answered: (outcomes: readonly string[], isNew: boolean) => void;
}

/** Sends each request at its time. @throws the stop's reason */
const perform = async (
  requests: readonly Request[],
  { doors, event, speed, stop, answered }: Performance,
) => {
  const { signal } = stop;
  const startedAt = performance.now();
  const underWay = new Map<number, Promise<void>>();
  const send = async (request: Request): Promise<void> => {
    const call = { params: { event }, body: bodyOf(request, speed), signal };
    const answer = await doors[request.device % doors.length]?.call(
      'POST /v1/events/{event}/check-ins',
      call,
    );
    if (answer)
      answered(
        answer.body.results.map(({ outcome }) => outcome),
        !request.resent,
      );
  };
  for (const request of requests) {
    const waitMs = request.sendAtMs / speed - (performance.now() - startedAt);
    if (waitMs > 1) await sleep(waitMs, undefined, { signal });
    // A device waits for its answer: where the host cannot keep up, the evening takes longer.
    await underWay.get(request.device);
    signal.throwIfAborted();
    underWay.set(
      request.device,
      send(request).catch((error: unknown) => stop.abort(error)),
    );
  }
  await Promise.all(underWay.values());
  signal.throwIfAborted();
};

/** The rehearsal's opening evening against a running host, at the host's own doors, as a demo. */
export const openingEvening = ({ baseUrl, event, devices, badges: badgesFile }: PlayedHost): Evening => {
  const doors = devices.map(({ token }) => apiClient({ baseUrl, token, retry: RETRY }));
  const nothing: EveningStatus = {
    state: 'idle',
    speed: 1,
    sessionId: SESSION,
    scans: 0,
    answered: 0,
    outcomes: {},
    detail: null,
  };
  let status = nothing;
  let stop = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const answered = (outcomes: readonly string[], isNew: boolean): void => {
    const counts: Record<string, number> = { ...status.outcomes };
    for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
    status = { ...status, answered: status.answered + (isNew ? outcomes.length : 0), outcomes: counts };
  };

  const play = async (speed: number): Promise<void> => {
    const badges = readBadges(badgesFile);
    const { requests, scans } = generateCrowd({ seed: SEED, run: crypto.randomUUID(), badges, slots: [] });
    status = { ...status, scans };
    await perform(requests, { doors, event, speed, stop, answered });
  };

  const end = (error: unknown): void => {
    const reason: unknown = stop.signal.reason ?? error;
    status =
      reason === STOPPED
        ? { ...status, state: 'stopped' }
        : { ...status, state: 'failed', detail: reason instanceof Error ? reason.message : String(reason) };
  };

  return {
    status: () => status,
    start: (speed) => {
      if (status.state === 'playing') return false;
      status = { ...nothing, state: 'playing', speed };
      stop = new AbortController();
      running = play(speed).then(() => {
        status = { ...status, state: 'over' };
      }, end);
      return true;
    },
    stop: async () => {
      stop.abort(STOPPED);
      await running;
    },
  };
};
