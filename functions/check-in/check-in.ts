import {
  type createCheckIns,
  type Scan,
  type ScanResult,
  scan as scanSchema,
} from '../../shared/contract/check-ins.ts';
import { Problem, placesOf } from '../../shared/contract/problem.ts';
import type { StoredSession } from '../../shared/contract/sessions.ts';
import {
  type BadgeReading,
  decide,
  guess,
  isFact,
  type Question,
  recordedTime,
  standingReason,
} from '../../shared/domain/admission.ts';
import type { ExplainedLanguage } from '../../shared/domain/explain.ts';
import { shardOf } from '../../shared/domain/shard.ts';
import type { Heard } from '../../shared/runtime/heard-of.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import { preferredLanguage } from '../../shared/runtime/language.ts';
import type { DevicePrincipal } from '../../shared/runtime/principal.ts';
import { type Gate, gateOf, unlimited } from '../../shared/store/attendance/gate.ts';
import type { RecordKey } from '../../shared/store/attendance/keys.ts';
import type { AttendanceStore } from '../../shared/store/attendance/records.ts';
import type { Wearer } from '../../shared/store/attendance/update.ts';
import type { Conference, Conferences } from './conference.ts';
import { deviceOf } from './device.ts';
import { type Decided, describeResult, invalidResult } from './result.ts';

export interface CheckInDeps {
  readonly attendance: AttendanceStore;
  readonly conferences: Conferences;
  /** Name of a device as volunteers know it, e.g. "Door 3". */
  readonly deviceNames: (event: string) => Promise<(deviceId: string) => string>;
  readonly heardOf: (event: string, deviceId: string, heard: Heard) => void;
  readonly clock: () => number;
}

interface Desk {
  readonly device: DevicePrincipal;
  readonly conference: Conference;
  readonly language: ExplainedLanguage;
  readonly deviceName: (deviceId: string) => string;
}

/** Most times that one scan is decided anew because its record changed meanwhile. */
const MAX_DECISIONS = 20;

/** Knowledge that is older than this could not be refreshed, in ms. */
const SHOWN_AS_STALE_MS = 60_000;

/** Decides and records a batch of scans: one result a scan, in order; safe to send again (I1, I2). */
export const checkIn =
  (deps: CheckInDeps) =>
  async ({ params, body, principal, headers }: CallOf<typeof createCheckIns>): Promise<Answer> => {
    const device = deviceOf(principal);
    const conference = await deps.conferences.conference(params.event);
    const desk: Desk = {
      device,
      conference,
      language: preferredLanguage(headers['accept-language']),
      deviceName: await deps.deviceNames(params.event).catch(() => (deviceId: string) => deviceId),
    };
    const badgeQueues = new Map<string, Promise<ScanResult>>();
    let newest: number | undefined;
    const results = await Promise.all(
      body.scans.map((raw, index) => {
        const parsed = scanSchema.safeParse(raw);
        if (!parsed.success) return invalidResult(raw, placesOf(parsed.error, ['scans', index]));
        const scan = parsed.data;
        newest = Math.max(newest ?? 0, scan.scannedAt);
        // Scans of one badge in one batch follow each other: the second is judged on the first.
        const before = badgeQueues.get(scan.badge);
        const result = before
          ? before.then(() => answerScan(deps, desk, scan))
          : answerScan(deps, desk, scan);
        badgeQueues.set(scan.badge, result);
        return result;
      }),
    );
    deps.heardOf(device.event, device.deviceId, { lastScanAt: newest, queued: body.queued });
    return { status: 200, body: { results, ...staleness(conference, deps.clock()) } };
  };

/** Named when it could not be refreshed: whoever is at the door should know that rules may have changed. */
const staleness = ({ asOf }: Conference, now: number) =>
  now - asOf > SHOWN_AS_STALE_MS && { knowledgeAsOf: new Date(asOf).toISOString() };

const answerScan = async (deps: CheckInDeps, desk: Desk, scan: Scan): Promise<ScanResult> => {
  const { device } = desk;
  const known = desk.conference.sessions.has(scan.sessionId);
  const conference = known ? desk.conference : await deps.conferences.reloaded(device.event);
  const session = conference.sessions.get(scan.sessionId);
  const { scannedAt } = recordedTime(scan.scannedAt, deps.clock());
  const badge = await deps.conferences.readBadge(scan.badge, conference, scannedAt);
  const decided = await record(deps, desk, scan, session, badge);
  return describeResult(decided, {
    badge,
    session,
    timeZone: conference.timeZoneOf(session?.venueId),
    language: desk.language,
    occupancy: session ? await occupancyOf(deps, device.event, session) : null,
    deviceName: desk.deviceName,
  });
};

const record = async (
  deps: CheckInDeps,
  { device, conference }: Desk,
  scan: Scan,
  session: StoredSession | undefined,
  badge: BadgeReading,
): Promise<Decided> => {
  const now = deps.clock();
  const timed = { ...scan, ...recordedTime(scan.scannedAt, now) };
  const standing = standingReason(timed, device, session, badge);
  if (!session || badge.kind !== 'known') {
    return deps.attendance.refuseUnknown(
      device.event,
      session?.sessionId ?? null,
      shardOf(scan.scanId, session?.shards ?? 1),
      {
        scanId: scan.scanId,
        direction: scan.direction,
        ...recordedTime(scan.scannedAt, now),
        deviceId: device.deviceId,
        refused: standing ?? 'unknown_badge',
        conflict: null,
      },
    );
  }
  const { reentry } = session.admission;
  const key: RecordKey = {
    event: conference.event.event,
    sessionId: session.sessionId,
    shard: shardOf(badge.badgeId, session.shards),
    badgeId: badge.badgeId,
  };
  const wearer: Wearer = { category: badge.category, country: badge.country, reentry };
  const question: Question = { scan, door: device, standing, reentry, full: false, now };
  return decideAndWrite(deps.attendance, key, wearer, question, gateOf(session));
};

const decideAndWrite = async (
  attendance: AttendanceStore,
  key: RecordKey,
  wearer: Wearer,
  question: Question,
  gate: Gate | undefined,
): Promise<Decided> => {
  const first = guess(question);
  let scan = first.scan;
  let written = await attendance.append(key, scan, wearer, first.expected, gate);
  let full = false;
  for (let decisions = 0; decisions < MAX_DECISIONS; decisions += 1) {
    if (written.kind === 'stored') return { scan, record: written.record, replayed: false };
    full ||= written.kind === 'full';
    const known = written.kind === 'full' ? await attendance.get(key) : written.record;
    const decision = decide(known, { ...question, full });
    scan = decision.scan;
    if (decision.kind === 'replay') return { scan, record: known, replayed: true };
    const must = full && isFact(question.scan, question.door);
    written = await attendance.amend(key, known, scan, wearer, must ? unlimited(gate) : gate);
  }
  throw new Problem('unavailable', 'Too many scans of this badge at once. Send the same request again.', {
    headers: { 'retry-after': '1' },
  });
};

/** Exact where capacity is enforced; else a few seconds old. */
const occupancyOf = async (
  { attendance, conferences }: CheckInDeps,
  event: string,
  { sessionId, admission }: StoredSession,
): Promise<ScanResult['occupancy']> => {
  const { capacity, capacityMode } = admission;
  // The scan is stored by now: it does not fail for want of a number beside it.
  const exact =
    capacityMode === 'enforced'
      ? await attendance.gateInside(event, sessionId).catch(() => undefined)
      : undefined;
  const inside = exact ?? (await conferences.occupancyOf(event, sessionId));
  return inside === null ? null : { inside, capacity };
};
