import { HostError } from '../errors.ts';

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
export type Schedule =
  | { readonly kind: 'every'; readonly ms: number }
  | { readonly kind: 'cron'; matches(at: Date): boolean }
  | { readonly kind: 'once'; readonly at: number };

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** EventBridge counts days of the week from Sunday, 1. */
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const unsupported = (expression: string): never => {
  throw new HostError('AssemblyUnsupported', `the schedule ${expression} is not understood here`);
};

const numberOf = (text: string, names: readonly string[]): number => {
  const at = names.indexOf(text.toUpperCase());
  return at < 0 ? Number(text) : at + 1;
};

const fieldMatcher = (
  field: string,
  names: readonly string[],
  expression: string,
): ((value: number) => boolean) => {
  if (field === '*' || field === '?') return () => true;
  const parts = field.split(',').map((part) => {
    const [range = '', step] = part.split('/');
    const [low = '', high] = range.split('-');
    const from = low === '*' ? 0 : numberOf(low, names);
    const to =
      high !== undefined ? numberOf(high, names) : low === '*' || step ? Number.POSITIVE_INFINITY : from;
    const every = step === undefined ? 1 : Number(step);
    if (![from, every].every(Number.isInteger) || Number.isNaN(to)) unsupported(expression);
    return (value: number) => value >= from && value <= to && (value - from) % every === 0;
  });
  return (value) => parts.some((matches) => matches(value));
};

const cron = (fields: string, expression: string): Schedule => {
  const [minute, hour, day, month, weekday, year, ...rest] = fields.trim().split(/\s+/);
  if (minute === undefined || hour === undefined || day === undefined || month === undefined)
    return unsupported(expression);
  if (weekday === undefined || year === undefined || rest.length > 0) return unsupported(expression);
  const checks: readonly [(value: number) => boolean, (at: Date) => number][] = [
    [fieldMatcher(minute, [], expression), (at) => at.getUTCMinutes()],
    [fieldMatcher(hour, [], expression), (at) => at.getUTCHours()],
    [fieldMatcher(day, [], expression), (at) => at.getUTCDate()],
    [fieldMatcher(month, MONTHS, expression), (at) => at.getUTCMonth() + 1],
    [fieldMatcher(weekday, DAYS, expression), (at) => at.getUTCDay() + 1],
    [fieldMatcher(year, [], expression), (at) => at.getUTCFullYear()],
  ];
  return { kind: 'cron', matches: (at) => checks.every(([matches, value]) => matches(value(at))) };
};

/** Parses `rate(…)`, `cron(…)` and `at(…)`, in UTC. @throws {HostError} `AssemblyUnsupported` */
export const parseSchedule = (expression: string): Schedule => {
  const [, kind, body = ''] = /^(rate|cron|at)\((.+)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') return cron(body, expression);
  if (kind === 'at') return { kind: 'once', at: Date.parse(`${body}Z`) };
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(body.trim()) ?? [];
  const unitMs = UNITS_MS[unit];
  return kind === 'rate' && count && unitMs
    ? { kind: 'every', ms: Number(count) * unitMs }
    : unsupported(expression);
};
