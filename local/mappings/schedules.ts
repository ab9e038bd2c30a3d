import { randomUUID } from 'node:crypto';
import { type Assembly, functionNameOf } from '../assembly/assembly.ts';
import { LOCAL, localArn } from '../assembly/intrinsics.ts';
import { HostError, messageOf } from '../errors.ts';
import type { LocalFunction } from '../lambda/functions.ts';

type Schedule = Assembly['schedules'][number];

const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @throws {HostError} `AssemblyUnsupported` for anything but `rate(…)`
 */
export const periodMs = (expression: string): number => {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNITS_MS[unit];
  if (count && unitMs) return Number(count) * unitMs;
  throw new HostError(
    'AssemblyUnsupported',
    `the schedule ${expression} is not understood here, only rate(…) is`,
  );
};

const eventOf = ({ name, properties }: Schedule): unknown =>
  properties.Target.Input === undefined
    ? {
        version: '0',
        id: randomUUID(),
        'detail-type': 'Scheduled Event',
        source: 'aws.scheduler',
        account: LOCAL.account,
        time: `${new Date().toISOString().slice(0, 19)}Z`,
        region: LOCAL.region,
        resources: [localArn('scheduler', `schedule/default/${name}`)],
        detail: {},
      }
    : JSON.parse(properties.Target.Input);

/**
 * Runs schedules. A rate begins with the host's start, so that what fell due while the host was down is taken up at
 * once; an invocation that fails is made again at the next turn. @returns stops them
 */
export const startSchedules = (
  { schedules }: Assembly,
  options: {
    functionOf: (name: string) => LocalFunction;
    invoked: () => void;
    report: (line: string) => void;
  },
): (() => void) => {
  const timers = schedules.map((schedule) => {
    const period = periodMs(schedule.properties.ScheduleExpression);
    const target = options.functionOf(functionNameOf(schedule.properties.Target.Arn));
    const fire = (): void => {
      options.invoked();
      target
        .invoke(eventOf(schedule))
        .catch((error) => options.report(`schedule ${schedule.name}: ${messageOf(error)}`));
    };
    const first = setTimeout(fire, 0);
    const every = setInterval(fire, period);
    return () => {
      clearTimeout(first);
      clearInterval(every);
    };
  });
  return () => {
    for (const stop of timers) stop();
  };
};
