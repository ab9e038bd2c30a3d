import type { ApiClient } from '../../../shared/client/api.ts';
import type { Knowledge } from '../device/database.ts';
import type { NewScan, ScanQueue } from '../device/queue.ts';
import type { Verdict } from './verdict.ts';

/** A badge before the scanner, at the door as it is set up now. */
export interface Reading {
  readonly code: string;
  readonly sessionId: string;
  readonly direction: 'entry' | 'exit';
  readonly override?: { readonly reason: string };
}

export interface JudgeDeps {
  readonly queue: ScanQueue;
  /** Gives up in time for the person who waits. */
  readonly api: ApiClient;
  /** For what no phone can do alone: waits longer. */
  readonly patientApi: ApiClient;
  readonly knowledge: () => Knowledge;
  readonly language: () => 'en' | 'zh';
  /** Whether the server decides: it was there a moment ago and has every scan of this phone. */
  readonly live: () => boolean;
  /** The server did not answer a scan: from now on this phone decides alone. */
  readonly lost: () => void;
  /** The server does not accept this device any more. */
  readonly signedOff: () => void;
  /** Something was added that the server is to hear of. */
  readonly queued: () => void;
  /** Runs one decision at a time, over all tabs. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** What a verdict calls this device. */
  readonly thisPhone: () => string;
  /** What a verdict says of a scan that was not decided, by what was thrown. */
  readonly whyNot: (error: unknown) => string;
  /** This device's own, which scans are sent with. */
  readonly clock: () => number;
  /** The server's time of a time of `clock`: what is decided and shown goes by it. */
  readonly serverTime: (own: number) => number;
}

export const sessionOf = ({ knowledge }: JudgeDeps, sessionId: string) =>
  knowledge().sessions.find((session) => session.sessionId === sessionId);

/** What a verdict has of its scan. */
export const verdictBase = (
  { serverTime }: JudgeDeps,
  { scanId, sessionId, direction, badge, scannedAt }: NewScan,
) => ({
  scanId,
  sessionId,
  direction,
  code: badge,
  practice: false,
  at: serverTime(scannedAt),
});

/** Nothing was decided, and nothing is recorded. */
export const failedVerdict = (deps: JudgeDeps, scan: NewScan, detail: string, alone: boolean): Verdict => ({
  ...verdictBase(deps, scan),
  outcome: 'failed',
  reason: null,
  conflict: null,
  detail,
  badge: null,
  alone,
});
