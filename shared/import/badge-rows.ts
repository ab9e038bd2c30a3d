import { type BadgeRow, badgeRow } from '../contract/badges.ts';
import { placesOf } from '../contract/problem.ts';
import type { ProblemPlace } from '../contract/problem-details.ts';

/** A row of an upload, whatever it holds. */
export interface UploadedRow {
  readonly value: unknown;
  /** Where people find it in their file, put before each error's text, e.g. `line 3: `. */
  readonly place: string;
  /** Why it cannot be a row at all. */
  readonly fault?: string;
}

export interface JudgedRow {
  readonly badgeId: string | null;
  readonly row: BadgeRow | undefined;
  readonly errors: readonly ProblemPlace[];
}

const idOf = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'badgeId' in value && typeof value.badgeId === 'string'
    ? value.badgeId.slice(0, 64)
    : null;

/** A word that might be a category and is none of the event's; what is no word at all the schema names. */
const categoryFault = (
  value: unknown,
  categories: readonly { readonly id: string }[] | undefined,
): string[] => {
  if (!categories) return [];
  const category = badgeRow.shape.category.safeParse(
    typeof value === 'object' && value !== null && 'category' in value ? value.category : undefined,
  );
  if (!category.success || categories.some(({ id }) => id === category.data)) return [];
  return [`is no category of this event, which has ${categories.map(({ id }) => id).join(', ')}`];
};

/** Each row by itself, by the event's categories where they are known, and against the others of the request. */
export const judgeRows = (
  rows: readonly UploadedRow[],
  categories?: readonly { readonly id: string }[],
): JudgedRow[] => {
  const seen = { badgeId: new Map<string, number>(), code: new Map<string, number>() };
  const repeated = (field: 'badgeId' | 'code', value: string | null | undefined, index: number): string[] => {
    if (!value) return [];
    const first = seen[field].get(value);
    if (first === undefined) seen[field].set(value, index);
    return first === undefined ? [] : [`is that of row ${first + 1} too`];
  };
  return rows.map(({ value, place, fault }, index) => {
    const at = (pointer: string, detail: string) => ({
      pointer: `/${index}${pointer}`,
      detail: `${place}${detail}`,
    });
    if (fault !== undefined) return { badgeId: idOf(value), row: undefined, errors: [at('', fault)] };
    const parsed = badgeRow.safeParse(value);
    const foreign = categoryFault(value, categories).map((detail) => at('/category', detail));
    if (!parsed.success) {
      const errors = placesOf(parsed.error).map(({ pointer, detail }) => at(pointer, detail));
      return { badgeId: idOf(value), row: undefined, errors: [...errors, ...foreign] };
    }
    const row = parsed.data;
    const errors = [
      ...foreign,
      ...repeated('badgeId', row.badgeId, index).map((detail) => at('/badgeId', detail)),
      ...repeated('code', row.code, index).map((detail) => at('/code', detail)),
    ];
    return { badgeId: row.badgeId, row, errors };
  });
};
