const POINTS_PER_MM = 72 / 25.4;
const mm = (length: number): number => length * POINTS_PER_MM;

/** Where badges stand on a page; lengths in points (1/72 inch). */
export interface Layout {
  readonly page: readonly [width: number, height: number];
  readonly badge: readonly [width: number, height: number];
  readonly columns: number;
  readonly rows: number;
  /** Lines to cut along. */
  readonly cutMarks: boolean;
}

const single = (width: number, height: number): Layout => ({
  page: [width, height],
  badge: [width, height],
  columns: 1,
  rows: 1,
  cutMarks: false,
});

/** Sheets to cut, and what label printers have on their rolls. */
export const layouts = {
  a4: { page: [mm(210), mm(297)], badge: [mm(90), mm(65)], columns: 2, rows: 4, cutMarks: true },
  '62mm': single(mm(62), mm(100)),
  '4x6in': single(4 * 72, 6 * 72),
} as const satisfies Readonly<Record<string, Layout>>;
export type LayoutName = keyof typeof layouts;

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The boxes of a page, in the order in which they are filled; together in its middle. */
export const boxesOf = ({ page, badge, columns, rows }: Layout): Box[] => {
  const left = (page[0] - columns * badge[0]) / 2;
  const top = (page[1] - rows * badge[1]) / 2;
  return Array.from({ length: columns * rows }, (_, index) => ({
    x: left + (index % columns) * badge[0],
    y: top + Math.floor(index / columns) * badge[1],
    width: badge[0],
    height: badge[1],
  }));
};
