import { ApiProblem, apiClient } from '../api.ts';
import { countsBoard, type LiveCounts, partsOfEvent, partsOfSnapshot } from './board.ts';
import { openChannel } from './connection.ts';

export type { LiveCounts } from './board.ts';

/** `refused`: the token is not good for this event; everything has stopped. */
export type LiveState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'waiting'; readonly retryInMs: number; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'stopped' };

export interface WatchOptions {
  /** Of the API, without `/v1`. */
  readonly baseUrl: string;
  readonly event: string;
  /** Of an organizer or viewer; asked for anew at each use where it is a function. */
  readonly token: string | (() => string | Promise<string>);
  /** Called with the new values whenever those of a session change. */
  readonly onCounts: (sessionId: string, counts: LiveCounts) => void;
  readonly onState?: ((state: LiveState) => void) | undefined;
  /** Everything is fetched this often in any case, in ms; default 30 s. */
  readonly snapshotEveryMs?: number | undefined;
  /** Longest wait before the first attempt to come back, in ms; doubles with each, up to 30 s. */
  readonly retryMs?: number | undefined;
}

export interface CountsWatch {
  countsOf(sessionId: string): LiveCounts;
  sessions(): readonly string[];
  stop(): void;
}

const SNAPSHOT_EVERY_MS = 30_000;
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
const REQUEST_TIMEOUT_MS = 15_000;

/** The channel said no. */
class Refused extends Error {
  override readonly name = 'Refused';
}

/** Statuses that asking again will not change. */
const REFUSALS = new Set([401, 403, 404]);

const isRefusal = (error: unknown): boolean =>
  error instanceof Refused || (error instanceof ApiProblem && REFUSALS.has(error.status));

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Full jitter: after an outage not all screens come back in the same second. */
const jittered = (firstMs: number, failures: number): number =>
  Math.random() * Math.min(MAX_RETRY_MS, firstMs * 2 ** failures);

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
  });

/**
 * Keeps the counts of an event: pushed ones as they come, and all of them by a snapshot when it connects and every
 * 30 s, so that a lost message is mended. It reconnects by itself, in a browser as in Node.
 */
export const watchCounts = (options: WatchOptions): CountsWatch => {
  const { baseUrl, event, token, onCounts, onState = () => undefined } = options;
  const { snapshotEveryMs = SNAPSHOT_EVERY_MS, retryMs = RETRY_MS } = options;
  const board = countsBoard();
  const stopping = new AbortController();
  const { signal } = stopping;
  let close: () => void = () => undefined;

  const api = apiClient({ baseUrl, token, timeoutMs: REQUEST_TIMEOUT_MS });
  const call = { params: { event }, signal };

  const take = (parts: Parameters<typeof board.take>[0]): void => {
    if (signal.aborted) return;
    for (const sessionId of board.take(parts)) onCounts(sessionId, board.countsOf(sessionId));
  };

  const finish = (state: LiveState): void => {
    if (signal.aborted) return;
    stopping.abort();
    clearInterval(snapshots);
    close();
    onState(state);
  };

  const snapshot = (): void => {
    api.call('GET /v1/events/{event}/attendance', call).then(
      ({ body }) => take(partsOfSnapshot(body)),
      // The next one is never far; only what will not get better ends the watch.
      (error) => isRefusal(error) && finish({ kind: 'refused', reason: reasonOf(error) }),
    );
  };

  /** One connection, from asking for the address to its end. @returns why it ended */
  const connect = async (subscribed: () => void): Promise<string> => {
    const ask = async () => (await api.call('GET /v1/events/{event}/live', call)).body;
    const address = await ask();
    if (signal.aborted) return 'stopped';
    const channel = openChannel(address, ask, {
      subscribed: (isFirst) => {
        if (isFirst) onState({ kind: 'live' });
        // After subscribing: what changes from here on is pushed, what changed before is in the snapshot.
        snapshot();
        subscribed();
      },
      event: (pushed) => take(partsOfEvent(pushed)),
    });
    close = channel.close;
    const ending = await channel.ended;
    if (ending.kind === 'refused') throw new Refused(ending.reason);
    return ending.reason;
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      onState({ kind: 'connecting' });
      let reason: string;
      try {
        reason = await connect(() => {
          failures = 0;
        });
      } catch (error) {
        reason = reasonOf(error);
        if (isRefusal(error)) return finish({ kind: 'refused', reason });
      }
      if (signal.aborted) return;
      const retryInMs = jittered(retryMs, failures);
      failures += 1;
      onState({ kind: 'waiting', retryInMs, reason });
      await sleep(retryInMs, signal);
    }
  };

  const snapshots = setInterval(snapshot, snapshotEveryMs);
  void run();
  return {
    countsOf: board.countsOf,
    sessions: board.sessions,
    stop: () => finish({ kind: 'stopped' }),
  };
};
