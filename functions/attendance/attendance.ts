import type {
  ConflictEntry,
  getAttendance,
  getSessionAttendance,
  SessionCounts,
} from '../../shared/contract/attendance.ts';
import type { Device } from '../../shared/contract/devices.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { attendanceIn } from '../../shared/domain/attendance.ts';
import { capacityOf } from '../../shared/domain/capacity.ts';
import { newestScans } from '../../shared/domain/last-scans.ts';
import type { AttendanceRecord, RecordedScan } from '../../shared/domain/scan.ts';
import { isSilent, serves } from '../../shared/domain/silent-device.ts';
import type { Answer, CallOf } from '../../shared/runtime/http.ts';
import type { AttendanceStore } from '../../shared/store/attendance/records.ts';
import type { CountStore } from '../../shared/store/counts/counts.ts';
import type { HeadCounts } from '../../shared/store/counts/head-counts.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type { Programme } from '../../shared/store/programme.ts';
import { headCountAnswer, sessionCountsOf, timelineOf } from './session-counts.ts';
import { venueCounts } from './venues.ts';

export interface AttendanceDeps {
  readonly attendance: AttendanceStore;
  readonly counts: CountStore;
  readonly heads: HeadCounts;
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly programme: (event: string) => Promise<Programme>;
  readonly devices: (event: string) => Promise<readonly Device[]>;
  readonly clock: () => number;
}

/** Most conflicts of a session in one answer, newest first. */
const MAX_CONFLICTS = 200;
const MAX_HEAD_COUNTS = 50;

const programmeOf = async (deps: AttendanceDeps, event: string): Promise<Programme> => {
  await deps.event(event);
  return deps.programme(event);
};

/** What devices in scope of a session may still hold back. */
const completenessOf = (
  sessionId: string,
  devices: readonly Device[],
  now: number,
): SessionCounts['completeness'] => {
  const inScope = devices.filter((device) => serves(device, sessionId));
  const holding = inScope.filter(({ queued }) => (queued ?? 0) > 0);
  const pending = holding.flatMap(({ lastScanAt }) => (lastScanAt === null ? [] : [lastScanAt])).sort();
  return {
    devicesSilent: inScope.filter((device) => isSilent(device, now)).length,
    scansQueued: holding.reduce((total, { queued }) => total + (queued ?? 0), 0),
    oldestPending: pending[0] ?? null,
  };
};

export const attendanceOfEvent = (deps: AttendanceDeps) => {
  const countVenue = venueCounts(deps);
  return async ({ params: { event } }: CallOf<typeof getAttendance>): Promise<Answer> => {
    const [programme, devices, counters, heads] = await Promise.all([
      programmeOf(deps, event),
      deps.devices(event),
      deps.counts.list(event),
      deps.heads.last(event),
    ]);
    const now = deps.clock();
    const bySession = Map.groupBy(counters, ({ sessionId }) => sessionId);
    const sessions = await Promise.all(
      programme.sessions.map(async (session) =>
        sessionCountsOf(session, bySession.get(session.sessionId) ?? [], {
          capacity: capacityOf(session, programme),
          completeness: completenessOf(session.sessionId, devices, now),
          headCount: heads.get(session.sessionId),
          timeline: bySession.has(session.sessionId)
            ? timelineOf(await deps.counts.timeline(event, session.sessionId))
            : [],
        }),
      ),
    );
    const venues = await Promise.all(
      programme.venues.map(({ venueId }) =>
        countVenue(event, venueId, sessions, (sessionId) => bySession.get(sessionId) ?? []),
      ),
    );
    return { status: 200, body: { asOf: new Date(now).toISOString(), sessions, venues } };
  };
};

export const attendanceOfSession =
  (deps: AttendanceDeps) =>
  async ({ params: { event, session: sessionId } }: CallOf<typeof getSessionAttendance>): Promise<Answer> => {
    const [programme, devices, counters, minutes, heads] = await Promise.all([
      programmeOf(deps, event),
      deps.devices(event),
      deps.counts.list(event, sessionId),
      deps.counts.timeline(event, sessionId),
      deps.heads.of(event, sessionId, MAX_HEAD_COUNTS),
    ]);
    const session = programme.sessions.find((each) => each.sessionId === sessionId);
    if (!session) throw new Problem('not-found', `There is no session ${sessionId}`);
    const shards = await Promise.all(
      Array.from({ length: session.shards }, async (_, shard) => {
        const records = await deps.attendance.conflicting(event, sessionId, shard, MAX_CONFLICTS);
        return Promise.all(
          records.map((record) =>
            deps.attendance.whole({ event, sessionId, shard, badgeId: record.badgeId }, record),
          ),
        );
      }),
    );
    const now = deps.clock();
    const timeline = timelineOf(minutes);
    return {
      status: 200,
      body: {
        ...sessionCountsOf(session, counters, {
          capacity: capacityOf(session, programme),
          completeness: completenessOf(sessionId, devices, now),
          headCount: heads[0],
          timeline,
        }),
        asOf: new Date(now).toISOString(),
        timeline,
        headCounts: heads.map(headCountAnswer),
        lastScans: counters
          .map(({ lastScans }) => lastScans)
          .reduce(newestScans, [])
          .map((scan) => ({ ...scan, scannedAt: new Date(scan.scannedAt).toISOString() })),
        conflicts: shards
          .flat()
          .flatMap(conflictsOf)
          .sort((a, b) => (a.scan.scannedAt < b.scan.scannedAt ? 1 : -1))
          .slice(0, MAX_CONFLICTS),
      },
    };
  };

const scanOf = ({ deviceId, scannedAt, direction }: RecordedScan) => ({
  deviceId,
  scannedAt: new Date(scannedAt).toISOString(),
  direction,
});

const conflictsOf = (record: AttendanceRecord): ConflictEntry[] =>
  attendanceIn(record).conflicts.map(({ scan, previous, reason }) => ({
    badgeId: record.badgeId,
    conflict: reason,
    scan: { scanId: scan.scanId, ...scanOf(scan) },
    previous: previous && scanOf(previous),
    override: scan.override ?? null,
  }));
