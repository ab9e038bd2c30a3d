import { randomUUID } from 'node:crypto';
import { type Assembly, functionNameOf } from '../assembly/assembly.ts';
import { LOCAL, localArn } from '../assembly/intrinsics.ts';
import { HostError, messageOf } from '../errors.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { parseSchedule, type Schedule } from './cron.ts';

interface Planned {
  readonly arn: string;
  readonly source: string;
  readonly schedule: Schedule;
  readonly target: LocalFunction;
  readonly input: string | undefined;
}

/** Lambda tries an asynchronous invocation three times; there the pauses are one and two minutes. */
const RETRY_PAUSES_MS = [1_000, 2_000];
const MINUTE_MS = 60_000;
/** Waits longer than this overflow setTimeout. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const eventOf = ({ arn, source, input }: Planned, at: Date): unknown => {
  if (input !== undefined)
    return JSON.parse(input.replaceAll('<aws.scheduler.scheduled-time>', at.toISOString()));
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source,
    account: LOCAL.account,
    time: `${at.toISOString().slice(0, 19)}Z`,
    region: LOCAL.region,
    resources: [arn],
    detail: {},
  };
};

const planned = (assembly: Assembly, functionOf: (name: string) => LocalFunction): Planned[] => [
  ...assembly.schedules
    .filter(({ properties }) => properties.State === 'ENABLED' && properties.Target.Arn.includes(':lambda:'))
    .map(({ name, properties }): Planned => {
      if (
        !['UTC', 'Etc/UTC'].includes(properties.ScheduleExpressionTimezone) &&
        !properties.ScheduleExpression.startsWith('rate')
      ) {
        throw new HostError('AssemblyUnsupported', `schedule ${name}: only UTC is known here`);
      }
      return {
        arn: localArn('scheduler', `schedule/default/${name}`),
        source: 'aws.scheduler',
        schedule: parseSchedule(properties.ScheduleExpression),
        target: functionOf(functionNameOf(properties.Target.Arn)),
        input: properties.Target.Input,
      };
    }),
  ...assembly.rules.flatMap(({ name, properties }): Planned[] => {
    const { ScheduleExpression, State, Targets } = properties;
    if (!ScheduleExpression || State !== 'ENABLED') return [];
    return Targets.filter(({ Arn }) => Arn.includes(':lambda:')).map(({ Arn, Input }) => ({
      arn: localArn('events', `rule/${name}`),
      source: 'aws.events',
      schedule: parseSchedule(ScheduleExpression),
      target: functionOf(functionNameOf(Arn)),
      input: Input,
    }));
  }),
];

/**
 * Runs schedules and scheduled rules. A rate begins with the host's start, so that what fell due while
 * the host was down is taken up at once. @returns stops them
 */
export const startSchedules = (
  assembly: Assembly,
  options: {
    functionOf: (name: string) => LocalFunction;
    invoked: () => void;
    report: (line: string) => void;
  },
): (() => void) => {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  const later = (ms: number, work: () => void): void => {
    if (stopped) return;
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        work();
      },
      Math.max(0, Math.min(ms, MAX_TIMER_MS)),
    );
    timer.unref();
    timers.add(timer);
  };

  const invoke = async (plan: Planned, event: unknown, attempt: number): Promise<void> => {
    options.invoked();
    try {
      await plan.target.invoke(event);
    } catch (error) {
      options.report(`schedule: ${messageOf(error)}`);
      const pause = RETRY_PAUSES_MS[attempt];
      if (pause !== undefined) later(pause, () => void invoke(plan, event, attempt + 1));
    }
  };
  const fire = (plan: Planned): void => void invoke(plan, eventOf(plan, new Date()), 0);

  const start = (plan: Planned): void => {
    const { schedule } = plan;
    if (schedule.kind === 'once') {
      if (schedule.at > Date.now()) later(schedule.at - Date.now(), () => fire(plan));
      return;
    }
    const again = (): void => {
      const period = schedule.kind === 'every' ? schedule.ms : MINUTE_MS;
      const next = (Math.floor(Date.now() / period) + 1) * period;
      later(next - Date.now(), () => {
        if (schedule.kind === 'every' || schedule.matches(new Date(next))) fire(plan);
        again();
      });
    };
    if (schedule.kind === 'every') later(0, () => fire(plan));
    again();
  };
  for (const plan of planned(assembly, options.functionOf)) start(plan);

  return () => {
    stopped = true;
    for (const timer of timers) clearTimeout(timer);
  };
};
