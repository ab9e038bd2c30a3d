import encodeQR from 'qr';

/** Scanners want these empty modules around a code. */
const QUIET_MODULES = 4;

/** Dark modules side by side in a row, counted from the upper left of the empty ones. */
interface Run {
  readonly column: number;
  readonly row: number;
  readonly length: number;
}

/** A badge's code to be printed: a square of so many modules a side, and what of it is dark. */
export const badgeCode = (code: string): { readonly side: number; readonly dark: readonly Run[] } => {
  const rows = encodeQR(code, 'raw', { ecc: 'medium', border: QUIET_MODULES });
  const dark = rows.flatMap((modules, row) => {
    const bits = modules.map(Number).join('');
    return [...bits.matchAll(/1+/g)].map(({ index, 0: run }) => ({ column: index, row, length: run.length }));
  });
  return { side: rows.length, dark };
};
