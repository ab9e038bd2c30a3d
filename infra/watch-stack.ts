import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { Alarm } from './constructs/alarm.ts';
import { addTriggered } from './constructs/triggered.ts';
import { METRICS_NAMESPACE, UNREADABLE_METRIC } from './constructs/turnout-function.ts';
import type { Foundation } from './foundation.ts';

/** What the people who run the conference should know now. */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, foundation: Foundation, props: StackProps) {
    super(scope, id, props);
    const { operations } = foundation;
    addTriggered(this, 'watch', foundation);

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
      operations,
    });
    new Alarm(this, 'Stalled', {
      metric: new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: 'CountersStalled',
        dimensionsMap: { service: 'watch' },
        period: Duration.minutes(15),
        statistic: Stats.MINIMUM,
      }),
      periods: 2,
      costsUser:
        'Counters have not seen for half an hour what the doors record: people enter and no number moves. Look at `count` and its stream.',
      operations,
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
      operations,
    });
    new Alarm(this, 'Unreadable', {
      metric: new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: UNREADABLE_METRIC,
        period: Duration.minutes(1),
        statistic: Stats.SUM,
      }),
      costsUser:
        'A session, badge, device or revocation is stored that cannot be read: it is missing from lists and at doors.',
      operations,
    });
  }
}
