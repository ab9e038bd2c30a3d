import type { Histogram } from 'hdr-histogram-js';
import { latencies } from './latencies.ts';

/**
 * How long answered scans take to show somewhere. A count does not tell scans apart: the n-th answered scan is taken
 * as shown when n scans are, which is right for the distribution.
 */
export class DelayMeter {
  readonly micros: Histogram = latencies();
  /** When the n-th scan was answered. */
  readonly #answeredAt: number[] = [];
  #shown = 0;

  answered(scans: number): void {
    const now = performance.now();
    for (let each = 0; each < scans; each += 1) this.#answeredAt.push(now);
  }

  /** @param scans how many show by now; what is ahead of its answer was there at once */
  shows(scans: number): void {
    const now = performance.now();
    for (; this.#shown < Math.min(scans, this.#answeredAt.length); this.#shown += 1) {
      const waitedMs = now - (this.#answeredAt[this.#shown] ?? now);
      this.micros.recordValue(Math.max(1, Math.round(waitedMs * 1_000)));
    }
  }
}
