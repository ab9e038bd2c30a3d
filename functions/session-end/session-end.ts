import type { StoredSession } from '../../shared/contract/sessions.ts';
import type { AttendanceRecord } from '../../shared/domain/scan.ts';
import { checkOut, type SessionEnd } from '../../shared/domain/session-end.ts';
import { log } from '../../shared/runtime/log.ts';
import { gateOf } from '../../shared/store/attendance/gate.ts';
import type { AttendanceStore } from '../../shared/store/attendance/records.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { CountStore } from '../../shared/store/counts/counts.ts';
import type { EventStore } from '../../shared/store/events.ts';
import type { ProgrammeStore } from '../../shared/store/programme.ts';

export interface SessionEndDeps {
  readonly events: Pick<EventStore, 'names' | 'get'>;
  readonly programmes: Pick<ProgrammeStore, 'get'>;
  readonly counts: Pick<CountStore, 'list'>;
  readonly attendance: Pick<AttendanceStore, 'amend' | 'get' | 'records'>;
  readonly clock: () => number;
}

/** How much one run may do; the next one goes on. */
export interface Bounds {
  /** ms since 1970. */
  readonly until: number;
  readonly checkOuts: number;
}

const MINUTE_MS = 60_000;
/** Sessions that ended longer ago are left as they are: no device uploads that late. */
const LONG_PAST_MS = 7 * 24 * 60 * MINUTE_MS;
const MAX_ATTEMPTS = 20;
const CONCURRENCY = 16;
/** People checked out between two looks at the bounds. */
const CHUNK = 64;

interface Ended extends SessionEnd {
  readonly session: StoredSession;
}

/**
 * Checks out whoever is still inside when a session and its grace are over. The counters say where somebody is
 * inside; the records say who. What is left over, or uploaded later, is done by the next run.
 */
export const sessionEnd = (deps: SessionEndDeps) => {
  const programmes = new Map<string, { edition: string; sessions: readonly Ended[] }>();

  /** Read again only when it has changed. */
  const sessionsOf = async (name: string): Promise<readonly Ended[]> => {
    const event = await deps.events.get(name);
    if (!event) return [];
    const edition = `${event.programmeVersion} ${event.programmeRevision}`;
    const known = programmes.get(name);
    if (known?.edition === edition) return known.sessions;
    const { sessions } = await deps.programmes.get(event);
    const ends = sessions.map((session) => ({
      session,
      sessionId: session.sessionId,
      endsAt: Date.parse(session.endsAt),
      graceMs: session.graceMinutes * MINUTE_MS,
    }));
    const sorted = ends.sort((a, b) => a.endsAt - b.endsAt);
    programmes.set(name, { edition, sessions: sorted });
    return sorted;
  };

  return async (bounds: Bounds): Promise<{ checkedOut: number; complete: boolean }> => {
    let checkedOut = 0;
    const spent = () => checkedOut >= bounds.checkOuts || deps.clock() >= bounds.until;
    for (const event of await deps.events.names()) {
      const now = deps.clock();
      const ended = (await sessionsOf(event)).filter(
        ({ endsAt, graceMs }) => endsAt + graceMs <= now && endsAt + graceMs + LONG_PAST_MS > now,
      );
      if (ended.length === 0) continue;
      const counters = await deps.counts.list(event);
      for (const end of ended) {
        for (const { sessionId, shard, fields } of counters) {
          if (sessionId !== end.sessionId || (fields['inside'] ?? 0) <= 0) continue;
          for await (const chunk of stillInside(deps, event, end, shard)) {
            if (spent()) return { checkedOut, complete: false };
            await forEachOf(
              chunk,
              async (record) => {
                if (await checkOutBadge(deps, event, end, shard, record)) checkedOut += 1;
              },
              CONCURRENCY,
            );
          }
        }
      }
    }
    if (checkedOut > 0) log.info('checked out who was still inside', { checkedOut });
    return { checkedOut, complete: true };
  };
};

async function* stillInside(
  { attendance, clock }: SessionEndDeps,
  event: string,
  end: Ended,
  shard: number,
): AsyncGenerator<AttendanceRecord[]> {
  let chunk: AttendanceRecord[] = [];
  // `count` has parked it; whoever wears the badge stays where the counters have seen them.
  const skip = ({ message }: Error) =>
    log.error('a record that cannot be read is not checked out', { event, session: end.sessionId, message });
  for await (const record of attendance.records(event, end.sessionId, shard, skip)) {
    if (record.badgeId === '' || !checkOut(record, end, clock())) continue;
    chunk.push(record);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** @returns whether a scan was written; the record may have changed since it was read */
const checkOutBadge = async (
  { attendance, clock }: SessionEndDeps,
  event: string,
  end: Ended,
  shard: number,
  read: AttendanceRecord,
): Promise<boolean> => {
  const key = { event, sessionId: end.sessionId, shard, badgeId: read.badgeId };
  let record: AttendanceRecord | undefined = read;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const scan = record && checkOut(record, end, clock());
    if (!record || !scan) return false;
    const written = await attendance.amend(key, record, scan, record, gateOf(end.session));
    if (written.kind === 'stored') return true;
    record = written.kind === 'differs' ? written.record : await attendance.get(key);
  }
  return false;
};
