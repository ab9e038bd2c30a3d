import type { ScanResult } from '../contract/check-ins.ts';
import { placesOf } from '../contract/problem.ts';
import { type checkInCall, type Scan, scan as scanSchema } from '../contract/scans.ts';
import { type BadgeReading, standingReason } from '../domain/admission.ts';
import { clockCorrection, recordedTime } from '../domain/clock.ts';
import type { ExplainedLanguage } from '../domain/explain.ts';
import type { RecordedScan } from '../domain/scan.ts';
import { counterpart } from '../domain/scan-facts.ts';
import { shardOf } from '../domain/shard.ts';
import type { Heard } from '../runtime/heard-of.ts';
import type { Answer, CallOf } from '../runtime/http.ts';
import { preferredLanguage } from '../runtime/language.ts';
import { log } from '../runtime/log.ts';
import type { DevicePrincipal } from '../runtime/principal.ts';
import { SHOWN_WITHIN_MS, within } from '../runtime/within.ts';
import { gateOf } from '../store/attendance/gate.ts';
import { recordKeyOf } from '../store/attendance/keys.ts';
import type { DoorAttendance } from '../store/attendance/records.ts';
import type { DoorSession } from '../store/door-programme.ts';
import { type BadgeNames, withNames } from './badge-names.ts';
import type { Conference, Conferences } from './conference.ts';
import { decideAndRecord } from './decide-and-record.ts';
import { deviceOf } from './device.ts';
import type { DeviceNameOf } from './device-names.ts';
import { type Decided, describeResult, failedResult, invalidResult } from './result.ts';
import { turns } from './turns.ts';

export interface CheckInDeps {
  readonly attendance: DoorAttendance;
  readonly conferences: Conferences;
  readonly deviceNameOf: DeviceNameOf;
  readonly badgeNames: BadgeNames;
  readonly heardOf: (event: string, deviceId: string, heard: Heard) => void;
  readonly clock: () => number;
  /** When the last scan of a request is answered, in ms; default: before the function's time is up. */
  readonly answersWithinMs?: number;
}

/** What all scans of a request have in common. */
interface Desk {
  readonly device: DevicePrincipal;
  readonly conference: Conference;
  readonly language: ExplainedLanguage;
  readonly correctionMs: number;
}

type Known = BadgeReading & { readonly kind: 'known' };

/** A code and what it says, or why that could not be found out. */
type Read = { readonly badge: BadgeReading } | { readonly error: unknown };

/** The function has 10 s, and names are read after all is decided. */
const ANSWERS_WITHIN_MS = 8_000;

/** Knowledge that is older than this could not be refreshed, in ms. */
const SHOWN_AS_STALE_MS = 60_000;

/**
 * Decides and records a batch of scans: one result a scan, in order; safe to send again (I1, I2). Each scan is settled
 * by itself: one that can't be stored says so and stops nothing else.
 */
export const checkIn =
  (deps: CheckInDeps) =>
  async ({ params, body, principal, headers }: CallOf<typeof checkInCall>): Promise<Answer> => {
    const device = deviceOf(principal);
    const { answersWithinMs = ANSWERS_WITHIN_MS } = deps;
    const startedAt = performance.now();
    const parsed = body.scans.map((raw) => scanSchema.safeParse(raw));
    const scans = parsed.flatMap(({ data }) => data ?? []);
    const conference = await knowledge(deps, params.event, scans);
    const desk: Desk = {
      device,
      conference,
      language: preferredLanguage(headers['accept-language']),
      correctionMs: clockCorrection(body.sentAt, deps.clock()),
    };
    const badges = await readBadges(deps, desk, scans);
    const inTurn = turns();
    const results = await Promise.all(
      parsed.map(({ data: scan, error }, index) => {
        if (!scan) return invalidResult(body.scans[index], error ? placesOf(error, ['scans', index]) : []);
        const read = badges.get(scan) ?? { error: new Error('a badge was not read') };
        const session = desk.conference.sessions.get(scan.sessionId);
        const badgeName =
          'badge' in read && read.badge.kind === 'known' ? `#${read.badge.badgeId}` : scan.badge;
        const answer = inTurn(badgeName, session && gateOf(session) ? session.sessionId : null, () =>
          answerScan(deps, desk, scan, index, session, read),
        );
        return within(answersWithinMs - (performance.now() - startedAt), answer).catch((late: unknown) =>
          failedResult(scan, index, late, desk.language),
        );
      }),
    );
    const newest = scans.length > 0 ? Math.max(...scans.map(({ scannedAt }) => scannedAt)) : undefined;
    deps.heardOf(device.event, device.deviceId, { lastScanAt: newest, queued: body.queued });
    const named = await withNames(deps.badgeNames, device, results);
    return { status: 200, body: { results: named, ...staleness(conference, deps.clock()) } };
  };

/** Named when it could not be refreshed: whoever is at the door should know that rules may have changed. */
const staleness = ({ asOf }: Conference, now: number) =>
  now - asOf > SHOWN_AS_STALE_MS && { knowledgeAsOf: new Date(asOf).toISOString() };

/** What is known now; looked up anew before a session is refused as unknown. */
const knowledge = async ({ conferences }: CheckInDeps, event: string, scans: readonly Scan[]) => {
  const conference = await conferences.conference(event);
  return scans.every(({ sessionId }) => conference.sessions.has(sessionId))
    ? conference
    : conferences.reloaded(event);
};

/**
 * What the codes say: now for a live scan, and at its own time for one that the device decided alone. A code that can't
 * be looked up is a matter of its own scans alone.
 */
const readBadges = async (
  { attendance, conferences, clock }: CheckInDeps,
  { conference, correctionMs }: Desk,
  scans: readonly Scan[],
): Promise<ReadonlyMap<Scan, Read>> => {
  const readBadge = conferences.badgesIn(conference);
  const now = clock();
  /** A live scan that comes again after the code was given to another badge is of the badge that it was recorded of. */
  const wasRecordedOf = async ({ scanId, sessionId }: Scan, { badgeId }: Known): Promise<boolean> => {
    const session = conference.sessions.get(sessionId);
    if (!session) return false;
    const key = recordKeyOf(conference.event.event, session, badgeId);
    const record = await attendance.complete(key, await attendance.get(key), scanId);
    return record?.scans.some((scan) => scan.scanId === scanId) === true;
  };
  const read = async (scan: Scan): Promise<Read> => {
    try {
      const at = recordedTime(scan.scannedAt, now, correctionMs).scannedAt;
      const then = await readBadge(scan.badge, at);
      if (scan.admittedOffline) return { badge: then };
      const badge = await readBadge(scan.badge, now);
      const isAnother = then.kind === 'known' && badge.kind === 'known' && then.badgeId !== badge.badgeId;
      return { badge: isAnother && (await wasRecordedOf(scan, then)) ? then : badge };
    } catch (error) {
      return { error };
    }
  };
  return new Map(await Promise.all(scans.map(async (scan) => [scan, await read(scan)] as const)));
};

const answerScan = async (
  deps: CheckInDeps,
  desk: Desk,
  scan: Scan,
  index: number,
  session: DoorSession | undefined,
  read: Read,
): Promise<ScanResult> => {
  try {
    if (desk.conference.isUnreadable(scan.sessionId)) throw new Error('the session cannot be read');
    if ('error' in read) throw read.error;
    const { badge } = read;
    const decided = await record(deps, desk, scan, session, badge);
    const previous = counterpart(decided.record, decided.scan);
    return describeResult(decided, {
      previous,
      previousDoor: previous && (await nameOf(deps, desk, previous)),
      badge,
      session,
      timeZone: desk.conference.timeZoneOf(session?.venueId),
      language: desk.language,
      occupancy: session ? await occupancyOf(deps, desk, session, decided) : null,
    });
  } catch (error) {
    return failedResult(scan, index, error, desk.language);
  }
};

/** Null where it is not known now: no scan waits for what is only shown. */
const nameOf = ({ deviceNameOf }: CheckInDeps, { device }: Desk, { deviceId }: RecordedScan) =>
  within(SHOWN_WITHIN_MS, deviceNameOf(device.event, deviceId)).catch(() => null);

/** Waits for nothing before it has queued up at a gate: scans of one request stay in order. */
const record = (
  deps: CheckInDeps,
  { device, conference, correctionMs }: Desk,
  scan: Scan,
  session: DoorSession | undefined,
  badge: BadgeReading,
): Promise<Decided> => {
  const now = deps.clock();
  const standing = (scannedAt: number) => standingReason({ ...scan, scannedAt }, device, session, badge);
  if (session && badge.kind === 'known') {
    return decideAndRecord(deps.attendance, conference, session, badge, {
      scan,
      door: device,
      standing,
      reentry: session.admission.reentry,
      now,
      correctionMs,
      earliest: conference.earliestScanAt,
    });
  }
  const timed = recordedTime(scan.scannedAt, now, correctionMs);
  return deps.attendance.refuseUnknown(
    device.event,
    session?.sessionId ?? null,
    shardOf(scan.scanId, session?.shards ?? 1),
    {
      scanId: scan.scanId,
      direction: scan.direction,
      ...timed,
      deviceId: device.deviceId,
      refused: standing(timed.scannedAt) ?? 'unknown_badge',
      conflict: null,
    },
  );
};

/** Exact where capacity is enforced; else a few seconds old, and null where it is not known now. */
const occupancyOf = async (
  { attendance, conferences }: CheckInDeps,
  { conference, device: { event } }: Desk,
  session: DoorSession,
  { inside }: Decided,
): Promise<ScanResult['occupancy']> => {
  try {
    const { sessionId } = session;
    const exact = inside ?? (gateOf(session) && (await attendance.gates.get(event, sessionId))?.inside);
    const known = exact ?? (await within(SHOWN_WITHIN_MS, conferences.occupancyOf(event, sessionId)));
    return known === null ? null : { inside: known, capacity: conference.capacityOf(session) };
  } catch (error) {
    log.warn('occupancy is not known', { error: String(error) });
    return null;
  }
};
