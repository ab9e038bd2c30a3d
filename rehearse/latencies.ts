import { build, type Histogram } from 'hdr-histogram-js';

const LONGEST_MICROS = 3_600_000_000;

/** Latencies in microseconds, with three significant digits. */
export const latencies = (): Histogram =>
  build({ highestTrackableValue: LONGEST_MICROS, numberOfSignificantValueDigits: 3 });

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** In ms, from a histogram in microseconds. @param digits after the point */
export const percentilesMs = (micros: Histogram, digits: number): Percentiles => {
  const scale = 10 ** digits;
  const ms = (value: number) => Math.round((value * scale) / 1000) / scale;
  return {
    count: micros.totalCount,
    p50: ms(micros.getValueAtPercentile(50)),
    p90: ms(micros.getValueAtPercentile(90)),
    p99: ms(micros.getValueAtPercentile(99)),
    max: micros.totalCount === 0 ? 0 : ms(micros.maxValue),
  };
};
