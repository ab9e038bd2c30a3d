import { type Breach, invariants } from './breaches.ts';

export const row = (name: string, value: string | number): string => `${name.padEnd(34)}${value}`;

/** Columns as wide as their widest cell; numbers stand to the right. */
export const table = (rows: readonly (readonly (string | number)[])[]): string[] => {
  const widths = rows.reduce<number[]>(
    (widest, cells) => cells.map((cell, column) => Math.max(widest[column] ?? 0, String(cell).length)),
    [],
  );
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, column) =>
        typeof cell === 'number'
          ? String(cell).padStart(widths[column] ?? 0)
          : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return rows.map(line);
};

/** At most this many broken invariants are written out. */
const SHOWN_BREACHES = 20;

/** Which invariants broke, and how; or that all held. */
export const breachLines = (breaches: readonly Breach[]): string[] => {
  if (breaches.length === 0) return ['Every invariant held.'];
  const broken = [...new Set(breaches.map(({ invariant }) => invariant))].sort();
  return [
    ...broken.map((invariant) => `BROKEN ${invariant}: ${invariants[invariant]}`),
    ...breaches.slice(0, SHOWN_BREACHES).map(({ invariant, detail }) => `  ${invariant} ${detail}`),
    ...(breaches.length > SHOWN_BREACHES ? [`  … and ${breaches.length - SHOWN_BREACHES} more`] : []),
  ];
};
