import { setTimeout as sleep } from 'node:timers/promises';
import { type LiveState, watchCounts } from '../shared/client/live/client.ts';
import { type CountField, countFields } from '../shared/contract/live.ts';
import type { CountsReader } from './counts.ts';
import { DelayMeter } from './delays.ts';
import type { Stage } from './play.ts';

/** A snapshot would hide what was never pushed: there is one at each connection, and no other. */
const NO_SNAPSHOT_MS = 24 * 3_600_000;
const CONNECTS_WITHIN_MS = 15_000;
/** How long the last message may take after the counts have settled. */
const LAST_MESSAGE_MS = 15_000;
const LOOK_EVERY_MS = 50;

/** The organizer's screen: what the live channel shows of the played sessions. */
export class LiveScreen {
  readonly meter = new DelayMeter();
  /** Changes of a session's counts that were pushed. */
  messages = 0;
  readonly #sessionIds: ReadonlySet<string>;
  readonly #watch: ReturnType<typeof watchCounts>;
  #state: LiveState = { kind: 'connecting' };

  constructor({ client, event, viewerToken }: CountsReader, sessionIds: Iterable<string>) {
    this.#sessionIds = new Set(sessionIds);
    this.#watch = watchCounts({
      baseUrl: client.baseUrl,
      event,
      token: viewerToken,
      snapshotEveryMs: NO_SNAPSHOT_MS,
      onState: (state) => {
        this.#state = state;
      },
      onCounts: (sessionId) => {
        if (!this.#sessionIds.has(sessionId)) return;
        this.messages += 1;
        this.meter.shows(this.#scans());
      },
    });
  }

  /** @throws when it cannot watch */
  async connected(): Promise<void> {
    const giveUpAt = performance.now() + CONNECTS_WITHIN_MS;
    while (this.#state.kind !== 'live') {
      if (this.#state.kind === 'refused' || performance.now() > giveUpAt)
        throw new Error(`the live channel cannot be watched: ${JSON.stringify(this.#state)}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Waits until the screen shows what the ledger says, and says what differs if it never does. */
  async differences(
    ledger: ReadonlyMap<string, Readonly<Record<CountField, number>>>,
    sessionIds: Stage['sessionIds'],
    withinMs = LAST_MESSAGE_MS,
  ): Promise<string[]> {
    const giveUpAt = performance.now() + withinMs;
    for (;;) {
      const found = [...ledger].flatMap(([title, expected]) =>
        this.#compare(sessionIds.get(title) ?? title, expected),
      );
      if (found.length === 0 || performance.now() > giveUpAt) return found;
      await sleep(LOOK_EVERY_MS);
    }
  }

  stop(): void {
    this.#watch.stop();
  }

  #compare(sessionId: string, expected: Readonly<Record<CountField, number>>): string[] {
    const shown = this.#watch.countsOf(sessionId);
    return countFields
      .filter((field) => shown[field] !== expected[field])
      .map(
        (field) => `${sessionId}: ${field} ${shown[field]} (ledger ${expected[field]}), ${this.#state.kind}`,
      );
  }

  /** Every scan that is counted, refusals included. */
  #scans(): number {
    let sum = 0;
    for (const sessionId of this.#sessionIds) {
      const { entries, exits, refused } = this.#watch.countsOf(sessionId);
      sum += entries + exits + refused;
    }
    return sum;
  }
}
