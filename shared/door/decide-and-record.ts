import { type BadgeReading, decide, type Question } from '../domain/admission.ts';
import { guess } from '../domain/guess.ts';
import type { RecordedScan } from '../domain/scan.ts';
import { type Gate, gateOf } from '../store/attendance/gate.ts';
import { type RecordKey, recordKeyOf } from '../store/attendance/keys.ts';
import type { DoorAttendance } from '../store/attendance/records.ts';
import type { DoorSession } from '../store/door-programme.ts';
import { StoreBusyError } from '../store/errors.ts';
import type { Conference } from './conference.ts';
import type { Decided } from './result.ts';

/** Most times that one scan is decided anew because its record changed meanwhile. */
const MAX_DECISIONS = 20;

/**
 * Decides a scan of a known badge and records it, atomically.
 * @throws {StoreBusyError} when others keep changing the record
 */
export const decideAndRecord = (
  attendance: DoorAttendance,
  { event: { event, programmeRevision } }: Conference,
  session: DoorSession,
  badge: BadgeReading & { readonly kind: 'known' },
  question: Omit<Question, 'full'>,
): Promise<Decided> => {
  const asked = { ...question, full: false };
  const key = recordKeyOf(event, session, badge.badgeId);
  const gate = gateOf(session);
  return gate
    ? atGate(attendance, key, badge, asked, { ...gate, revision: programmeRevision })
    : inTheOpen(attendance, key, badge, asked);
};

/** Nearly every scan is written without a read, on the condition that the guess at its record is right. */
const inTheOpen = async (
  attendance: DoorAttendance,
  key: RecordKey,
  wearer: { readonly category: string; readonly country: string | null },
  question: Question,
): Promise<Decided> => {
  const first = guess(question);
  let scan: RecordedScan = first.scan;
  let written = await attendance.append(key, scan, wearer, first.expected);
  for (let decisions = 0; decisions < MAX_DECISIONS; decisions += 1) {
    if (written.kind === 'stored') return { scan, record: written.record, replayed: false };
    const known = await attendance.complete(key, written.record, scan.scanId);
    const decision = decide(known, question);
    scan = decision.scan;
    if (decision.kind === 'replay') return { scan, record: known, replayed: true };
    written = await attendance.amend(key, known, scan, wearer);
  }
  throw new StoreBusyError('Too many scans of this badge at once');
};

const atGate = async (
  attendance: DoorAttendance,
  key: RecordKey,
  wearer: { readonly category: string; readonly country: string | null },
  question: Question,
  { limit, shards, revision }: Gate & { readonly revision: number },
): Promise<Decided> => {
  const { event, sessionId } = key;
  let replay: RecordedScan | undefined;
  const passed = await attendance.gates.pass(
    key,
    question.scan.scanId,
    { event, sessionId, shards, limit, revision },
    (record, full) => {
      const { kind, scan } = decide(record, { ...question, full });
      replay = kind === 'replay' ? scan : undefined;
      return kind === 'replay' ? null : { scan, wearer };
    },
  );
  const scan = passed.scan ?? replay;
  if (!scan) throw new StoreBusyError('Nothing was decided');
  return { scan, record: passed.record, replayed: passed.scan === null, inside: passed.inside };
};
