import type { StoredSession } from '../contract/sessions.ts';
import type { Tally } from '../domain/tally.ts';
import { gateOf } from './attendance/gate.ts';
import type { AttendanceStore } from './attendance/records.ts';
import { verifyGate } from './attendance/verify-gate.ts';
import type { CountingStores } from './counts/snapshot.ts';
import { verifySessions } from './counts/verify.ts';

/** A counter with its timeline, or the gate of a session (which has no shard), that differs from the records. */
export interface Drift {
  readonly what: 'counter' | 'gate';
  readonly sessionId: string;
  readonly shard: number | null;
  readonly counted: Tally;
  readonly stored: Tally;
}

export interface Verification {
  /** Counters and gates. */
  readonly checked: number;
  readonly drift: readonly Drift[];
  /** Of which nothing can be said yet. */
  readonly pending: number;
  /** Counters that do not see what is written: the stream's reader is late, or stands still. */
  readonly stalled: number;
  readonly repaired: number;
}

export interface VerificationStores extends CountingStores {
  readonly attendance: CountingStores['attendance'] & Pick<AttendanceStore, 'gates'>;
}

/** How long all gates are waited for, ms: an HTTP API answers within 30 s. */
const PATIENCE_MS = 5_000;

type Repair = { readonly repair: boolean };

/** Verifies the gates of sessions with enforced capacity; with `repair` those that differ are counted anew. */
export const verifyGates = async (
  { attendance: { records, gates } }: Pick<VerificationStores, 'attendance'>,
  event: string,
  sessions: readonly StoredSession[],
  { repair }: Repair,
): Promise<Omit<Verification, 'stalled'>> => {
  const until = performance.now() + PATIENCE_MS;
  const drift: Drift[] = [];
  let [checked, pending, repaired] = [0, 0, 0];
  for (const session of sessions) {
    const { sessionId } = session;
    const place = gateOf(session);
    if (!place) continue;
    const verdict = await verifyGate({ records, gates }, { event, sessionId, ...place }, { repair, until });
    if (!verdict) continue;
    checked += 1;
    repaired += Number(verdict.repaired);
    if (verdict.kind === 'pending' && !verdict.repaired) pending += 1;
    if (verdict.kind !== 'drift') continue;
    const [inGate, inRecords] = [{ inside: verdict.counted }, { inside: verdict.stored }];
    drift.push({ what: 'gate', sessionId, shard: null, counted: inGate, stored: inRecords });
  }
  return { checked, drift, pending, repaired };
};

/** Verifies counters, timelines and gates of sessions; with `repair` those that differ are set to what is stored. */
export const verifyAll = async (
  stores: VerificationStores,
  event: string,
  sessions: readonly StoredSession[],
  repair: Repair,
): Promise<Verification> => {
  const counters = await verifySessions(stores, event, sessions, repair);
  const gates = await verifyGates(stores, event, sessions, repair);
  return {
    checked: counters.checked + gates.checked,
    drift: [...counters.drift.map((found) => ({ what: 'counter' as const, ...found })), ...gates.drift],
    pending: counters.pending + gates.pending,
    stalled: counters.stalled,
    repaired: counters.repaired + gates.repaired,
  };
};
