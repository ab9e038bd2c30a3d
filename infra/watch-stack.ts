import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Alarm } from './constructs/alarm.ts';
import { Schedule } from './constructs/schedule.ts';
import { StreamReader } from './constructs/stream-reader.ts';
import { METRICS_NAMESPACE } from './constructs/turnout-function.ts';
import type { Foundation } from './foundation.ts';

/** Counters, and neither minutes of the timeline nor what was told: those have no version. */
const COUNTERS = FilterCriteria.filter({ dynamodb: { NewImage: { v: { N: FilterRule.exists() } } } });

/** What the people who run the conference should know now. */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, foundation: Foundation, props: StackProps) {
    super(scope, id, props);
    const { data, messaging } = foundation;

    const { lambda } = new StreamReader(this, foundation, {
      name: 'watch',
      table: data.counts,
      filters: [COUNTERS],
      // Looks at each session once a batch, whatever changed how often: with 100 it fell behind a full programme.
      batchSize: 1000,
      whenLate:
        'That a room is full, or that two doors contradict each other, is told more than a minute late.',
    }).reader;
    new Schedule(this, 'devices', {
      target: lambda,
      expression: 'rate(1 minute)',
      input: { task: 'devices' },
    });
    new Schedule(this, 'verify', {
      target: lambda,
      expression: 'rate(15 minutes)',
      input: { task: 'verify' },
    });

    new Alarm(this, 'Drift', {
      metric: new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: 'CountersDrifted',
        dimensionsMap: { service: 'watch' },
        period: Duration.minutes(15),
        statistic: Stats.MAXIMUM,
      }),
      costsUser:
        'Counts on the organizers’ screens differ from what is stored: verify with repair=true, then look for why.',
      operations: messaging.operations,
    });
    new Alarm(this, 'Unverified', {
      metric: new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: 'CountersDrifted',
        dimensionsMap: { service: 'watch' },
        period: Duration.hours(1),
        statistic: Stats.SAMPLE_COUNT,
      }),
      below: 1,
      costsUser: 'Nobody has checked the counts for an hour: whether they are right is not known.',
      operations: messaging.operations,
    });
  }
}
