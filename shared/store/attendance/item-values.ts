import type * as z from 'zod/mini';

export type Image = Readonly<Record<string, ImageValue>>;
export interface ImageValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly M?: Image | undefined;
}

/** An item that is not what this code writes. */
export class MalformedItem extends Error {
  override readonly name = 'MalformedItem';
}

const malformed = (name: string, why: string) => new MalformedItem(`attribute ${name} ${why}`);

/** Nothing that is counted or shown is longer: what stands in a record stands in counters and answers, too. */
const MAX_NAME = 128;
/** Orders of scans have room for times until the year 2286. */
const END_OF_TIME_MS = 1e13;
/** Far more than happens to a badge. */
const MAX_COUNT = 1_000_000_000;

/** @throws {MalformedItem} */
export const mapOf = ({ M }: ImageValue, name: string): Image => {
  if (!M) throw malformed(name, 'is not a map');
  return M;
};

/** @throws {MalformedItem} */
export const text = (item: Image, name: string): string => {
  const value = item[name]?.S;
  if (value === undefined) throw malformed(name, 'is not a string');
  return value;
};

/** @throws {MalformedItem} */
export const shortText = (item: Image, name: string): string => {
  const value = text(item, name);
  if (value.length > MAX_NAME) throw malformed(name, 'is too long');
  return value;
};

/** A text of a form, or null where there is none. @throws {MalformedItem} */
export const formed = (item: Image, name: string, form: RegExp): string | null => {
  if (item[name] === undefined) return null;
  const value = text(item, name);
  if (!form.test(value)) throw malformed(name, 'has another form');
  return value;
};

const whole = (item: Image, name: string, low: number, high: number): number => {
  const value = Number(item[name]?.N);
  if (!Number.isSafeInteger(value) || value < low || value >= high)
    throw malformed(name, 'is not a number that it can be');
  return value;
};

/** ms since 1970. @throws {MalformedItem} */
export const time = (item: Image, name: string): number => whole(item, name, 0, END_OF_TIME_MS);

/** Of something that happened so many times. @throws {MalformedItem} */
export const amount = (item: Image, name: string): number => whole(item, name, 0, MAX_COUNT);

/** ms between two times. @throws {MalformedItem} */
export const span = (item: Image, name: string): number => whole(item, name, -END_OF_TIME_MS, END_OF_TIME_MS);

/** @throws {MalformedItem} */
export const oneOf = <T extends z.ZodMiniType>(schema: T, value: string | undefined): z.output<T> | null => {
  if (value === undefined) return null;
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new MalformedItem('a reason that the contract does not know');
  return parsed.data;
};
