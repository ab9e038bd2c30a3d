import { isRecord } from '../assembly/intrinsics.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax */
export type EventFilter = (event: unknown) => boolean;

const COMPARE: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

const numeric = (rule: unknown, value: unknown): boolean => {
  if (!Array.isArray(rule) || typeof value !== 'number') return false;
  for (let at = 0; at < rule.length; at += 2) {
    if (!COMPARE[String(rule[at])]?.(value, Number(rule[at + 1]))) return false;
  }
  return true;
};

const anythingBut = (rule: unknown, value: unknown): boolean => {
  if (isRecord(rule)) return !allows(rule, value);
  return !(Array.isArray(rule) ? rule.includes(value) : rule === value);
};

const allows = (rule: unknown, value: unknown): boolean => {
  if (!isRecord(rule)) return rule === value;
  const [name, argument] = Object.entries(rule)[0] ?? [];
  const text = typeof value === 'string' ? value : undefined;
  switch (name) {
    case 'exists':
      return argument === (value !== undefined);
    case 'prefix':
      return text?.startsWith(String(argument)) ?? false;
    case 'suffix':
      return text?.endsWith(String(argument)) ?? false;
    case 'equals-ignore-case':
      return text?.toLowerCase() === String(argument).toLowerCase();
    case 'anything-but':
      return value !== undefined && anythingBut(argument, value);
    case 'numeric':
      return numeric(argument, value);
    default:
      throw new Error(`event filter rule ${name} is not known here`);
  }
};

const matches = (pattern: unknown, value: unknown): boolean => {
  if (Array.isArray(pattern)) return pattern.some((rule) => allows(rule, value));
  if (!isRecord(pattern)) return false;
  return Object.entries(pattern).every(([key, part]) =>
    key === '$or' && Array.isArray(part)
      ? part.some((option) => matches(option, value))
      : matches(part, isRecord(value) ? value[key] : undefined),
  );
};

/** Any of the patterns lets an event pass; no pattern lets all. */
export const eventFilter = (patterns: readonly string[]): EventFilter => {
  const parsed: unknown[] = patterns.map((pattern) => JSON.parse(pattern));
  return parsed.length === 0 ? () => true : (event) => parsed.some((pattern) => matches(pattern, event));
};
