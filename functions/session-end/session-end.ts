import type { StoredSession } from '../../shared/contract/sessions.ts';
import type { AttendanceRecord } from '../../shared/domain/scan.ts';
import { endChange, type SessionEnd } from '../../shared/domain/session-end.ts';
import { log } from '../../shared/runtime/log.ts';
import { gateOf } from '../../shared/store/attendance/gate.ts';
import type { AttendanceStore } from '../../shared/store/attendance/records.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { CountStore } from '../../shared/store/counts/counts.ts';
import { StoreBusyError } from '../../shared/store/errors.ts';
import type { EventReader } from '../../shared/store/events.ts';
import type { ProgrammeReader } from '../../shared/store/programme.ts';

export interface SessionEndDeps {
  readonly events: Pick<EventReader, 'names' | 'get'>;
  readonly programmes: Pick<ProgrammeReader, 'get'>;
  readonly counts: Pick<CountStore, 'list'>;
  readonly attendance: Pick<AttendanceStore, 'amend' | 'get' | 'whole' | 'records'>;
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
/** A run that began before an end was moved, and goes by the former one, is over by then. */
const NO_OTHER_RUN_MS = 2 * MINUTE_MS;
const MAX_ATTEMPTS = 20;
const CONCURRENCY = 16;
/** People checked out between two looks at the bounds. */
const CHUNK = 64;

interface Ending extends SessionEnd {
  readonly session: StoredSession;
}

/** Where somebody may have to be checked out or taken back. */
interface Shard {
  readonly event: string;
  readonly end: Ending;
  readonly shard: number;
}

/**
 * Checks out whoever is still inside when a session and its grace are over; where its end was moved since, those whom
 * the former end checked out are inside again. The counters say where somebody is inside; the records say who. What is
 * left over, or uploaded later, is done by the next run.
 */
export const sessionEnd = (deps: SessionEndDeps) => {
  const programmes = new Map<string, { edition: string; sessions: readonly Ending[] }>();
  /** By event, session and move: when it was first seen here (ms), until nobody can be left to be taken back. */
  const moves = new Map<string, number>();
  const done = new Set<string>();

  /** Read again only when it has changed. */
  const sessionsOf = async (name: string): Promise<readonly Ending[]> => {
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

  const moveOf = (event: string, { session }: Ending): string | undefined => {
    const move = session.endMoves && `${event} ${session.sessionId} ${session.endMoves}`;
    return move && !done.has(move) ? move : undefined;
  };

  return async (bounds: Bounds): Promise<{ checkedOut: number; complete: boolean }> => {
    const { settle, alone, spent, result } = settler(deps, bounds);

    const settleEvent = async (event: string): Promise<void> => {
      const startedAt = deps.clock();
      const recent = (await sessionsOf(event)).filter(
        ({ endsAt, graceMs }) => endsAt + graceMs + LONG_PAST_MS > startedAt,
      );
      const ended = recent.filter(({ endsAt, graceMs }) => endsAt + graceMs <= startedAt);
      const moved = recent.filter((end) => moveOf(event, end));
      if (ended.length === 0 && moved.length === 0) return;
      const counters = await deps.counts.list(event);
      const whereSome = (name: string, ends: readonly Ending[]): Shard[] =>
        ends.flatMap((end) =>
          counters
            .filter(({ sessionId, fields }) => sessionId === end.sessionId && (fields[name] ?? 0) > 0)
            .map(({ shard }) => ({ event, end, shard })),
        );
      const { left } = result();
      // Nobody was checked out where nobody left.
      for (const where of [...whereSome('exits', moved), ...whereSome('inside', ended)]) {
        if (spent()) return;
        await alone(() => settle(where), { event, session: where.end.sessionId });
      }
      if (spent() || result().left > left) return;
      for (const end of moved) {
        const move = moveOf(event, end);
        if (!move) continue;
        const seenAt = moves.get(move) ?? startedAt;
        moves.set(move, seenAt);
        if (startedAt - seenAt > NO_OTHER_RUN_MS) done.add(move);
      }
    };

    for (const event of await deps.events.names()) {
      if (spent()) break;
      await alone(() => settleEvent(event), { event });
    }
    const { checkedOut, left, failed } = result();
    if (checkedOut > 0) log.info('records follow the end of their sessions', { records: checkedOut });
    if (failed > 0) throw new Error(`${failed} sessions or badges were not settled`);
    return { checkedOut, complete: left === 0 && !spent() };
  };
};

/** What one run does, within its bounds; whatever cannot be settled stops nothing else. */
const settler = (deps: SessionEndDeps, bounds: Bounds) => {
  let [checkedOut, busy, failed] = [0, 0, 0];
  const spent = () => checkedOut >= bounds.checkOuts || deps.clock() >= bounds.until;

  const alone = async (work: () => Promise<void>, where: Readonly<Record<string, string>>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof StoreBusyError) busy += 1;
      else failed += 1;
      log.error('not settled, the next run tries again', { ...where, error: String(error) });
    }
  };

  const settle = async (where: Shard): Promise<void> => {
    const { event, end } = where;
    const checkOutOne = async (record: AttendanceRecord): Promise<void> => {
      if (await followEnd(deps, where, record)) checkedOut += 1;
    };
    for await (const chunk of toBeChanged(deps, where)) {
      if (spent()) return;
      const each = (record: AttendanceRecord) =>
        alone(() => checkOutOne(record), { event, session: end.sessionId, badgeId: record.badgeId });
      await forEachOf(chunk, each, CONCURRENCY);
    }
  };

  return { settle, alone, spent, result: () => ({ checkedOut, failed, left: busy + failed }) };
};

async function* toBeChanged(
  { attendance, clock }: SessionEndDeps,
  { event, end, shard }: Shard,
): AsyncGenerator<AttendanceRecord[]> {
  let chunk: AttendanceRecord[] = [];
  // `count` has parked it; whoever wears the badge stays where the counters have seen them.
  const skip = ({ message }: Error) =>
    log.error('a record that cannot be read is not checked out', { event, session: end.sessionId, message });
  for await (const record of attendance.records(event, end.sessionId, shard, skip)) {
    if (record.badgeId === '' || !endChange(record, end, clock())) continue;
    chunk.push(record);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

/** @returns whether a scan was written; the record may have changed since it was read */
const followEnd = async (
  { attendance, clock }: SessionEndDeps,
  { event, end, shard }: Shard,
  read: AttendanceRecord,
): Promise<boolean> => {
  const key = { event, sessionId: end.sessionId, shard, badgeId: read.badgeId };
  let record: AttendanceRecord | undefined = read;
  let changed = false;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const scan = record && endChange(record, end, clock());
    if (!record || !scan) return changed;
    const written = await attendance.amend(key, record, scan, record, gateOf(end.session));
    changed ||= written.kind === 'stored';
    const now = written.record ?? (await attendance.get(key));
    record = now && (await attendance.whole(key, now));
  }
  return changed;
};
