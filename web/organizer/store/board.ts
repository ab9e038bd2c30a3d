import { batch, signal } from '@preact/signals';
import type { ApiBody, ApiClient } from '../../../shared/client/api.ts';
import { type LiveState, watchCounts } from '../../../shared/client/live/client.ts';
import { type Flow, flowMeter } from './flow.ts';

export type SessionRow = ApiBody<'GET /v1/events/{event}/attendance'>['sessions'][number];
export type Programme = ApiBody<'GET /v1/events/{event}/programme'>;

const SNAPSHOT_MS = 10_000;
const PROGRAMME_MS = 60_000;
const TICK_MS = 1_000;
/** Counts that come together are drawn together; nobody sees a tenth of a second. */
const DRAW_MS = 100;

/** The rows as they are now; one that says the same stays the same object, so that nobody draws it again. */
const renewed = (before: readonly SessionRow[], now: readonly SessionRow[]): readonly SessionRow[] => {
  const known = new Map(before.map((row) => [row.sessionId, row]));
  return now.map((row) => {
    const old = known.get(row.sessionId);
    return old && JSON.stringify(old) === JSON.stringify(row) ? old : row;
  });
};

interface BoardOptions {
  readonly event: string;
  readonly api: ApiClient;
  readonly token: () => Promise<string>;
}

/** What fails is asked for again soon; that nothing is heard shows by itself. */
const repeat = (work: () => Promise<void>, everyMs: number) => {
  const ask = () => void work().catch(() => undefined);
  ask();
  return setInterval(ask, everyMs);
};

interface PushHandlers {
  readonly meter: ReturnType<typeof flowMeter>;
  readonly onState: (state: LiveState) => void;
  /** With all sessions that have changed since the last call. */
  readonly draw: (sessionIds: ReadonlySet<string>) => void;
}

/** Counts as they are pushed, drawn together. */
const pushedCounts = ({ event, token }: BoardOptions, { meter, onState, draw }: PushHandlers) => {
  const changed = new Set<string>();
  const heard = new Set<string>();
  let frame: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    frame = undefined;
    const ids = new Set(changed);
    changed.clear();
    draw(ids);
  };
  const watch = watchCounts({
    baseUrl: location.origin,
    event,
    token,
    onCounts: (sessionId, counts) => {
      meter.take(sessionId, counts, Date.now());
      changed.add(sessionId);
      heard.add(sessionId);
      frame ??= setTimeout(flush, document.hidden ? TICK_MS : DRAW_MS);
    },
    onState,
  });
  return {
    overlay: (row: SessionRow): SessionRow =>
      heard.has(row.sessionId) ? { ...row, ...watch.countsOf(row.sessionId) } : row,
    stop: () => {
      clearTimeout(frame);
      watch.stop();
    },
  };
};

/** Everything that the wall shows: counts pushed as they change, the rest asked for every ten seconds. */
export const createBoard = (options: BoardOptions) => {
  const { event, api } = options;
  const params = { event };
  const sessions = signal<readonly SessionRow[]>([]);
  const programme = signal<Programme>({ event, venues: [], sessions: [] });
  const link = signal<LiveState>({ kind: 'connecting' });
  /** When the server was last heard of, ms on this device's clock. */
  const heardAt = signal<number | null>(null);
  const now = signal(Date.now());
  /** When the programme has been read, or could not be. */
  const { promise: programmed, resolve: programmeTried } = Promise.withResolvers<void>();
  const meter = flowMeter();
  let stopping = new AbortController();

  const show = (rows: readonly SessionRow[]) =>
    batch(() => {
      heardAt.value = Date.now();
      sessions.value = rows;
    });
  let overlay = (row: SessionRow): SessionRow => row;
  const refresh = async () => {
    const { body } = await api.call('GET /v1/events/{event}/attendance', { params, signal: stopping.signal });
    show(renewed(sessions.value, body.sessions.map(overlay)));
    for (const row of sessions.value) meter.take(row.sessionId, row, Date.now());
  };
  const readProgramme = async () => {
    try {
      const { body } = await api.call('GET /v1/events/{event}/programme', {
        params,
        signal: stopping.signal,
      });
      // The same programme draws no row again.
      if (JSON.stringify(body) !== JSON.stringify(programme.value)) programme.value = body;
    } finally {
      programmeTried();
    }
  };
  const tick = async () => {
    now.value = Date.now();
  };

  /** Begins to ask. @returns what ends it */
  const start = (): (() => void) => {
    stopping = new AbortController();
    const pushed = pushedCounts(options, {
      meter,
      onState: (state) => {
        link.value = state;
      },
      draw: (ids) => show(sessions.value.map((row) => (ids.has(row.sessionId) ? overlay(row) : row))),
    });
    ({ overlay } = pushed);
    const timers = [repeat(refresh, SNAPSHOT_MS), repeat(readProgramme, PROGRAMME_MS), repeat(tick, TICK_MS)];
    return () => {
      for (const timer of timers) clearInterval(timer);
      stopping.abort();
      pushed.stop();
    };
  };

  return {
    sessions,
    programme,
    programmed,
    link,
    heardAt,
    now,
    flowOf: (sessionId: string): Flow | undefined => meter.flowOf(sessionId, now.value),
    refresh,
    start,
  };
};
export type Board = ReturnType<typeof createBoard>;
