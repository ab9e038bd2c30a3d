export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (upper + lower) / 2;
};

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Median with the smallest and the largest: the spread says how far to trust it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

export const spreadOf = (values: readonly number[], digits = 2): Spread => ({
  median: rounded(median(values), digits),
  min: rounded(Math.min(...values), digits),
  max: rounded(Math.max(...values), digits),
  runs: values.length,
});

export const spreadText = ({ median: middle, min, max, runs }: Spread): string =>
  `${middle} (${min} to ${max}, ${runs} runs)`;
