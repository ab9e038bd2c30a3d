import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

interface AlarmProps {
  readonly metric: cloudwatch.IMetric;
  /** What this costs a user, in a sentence: the first thing that the person on call reads. */
  readonly costsUser: string;
  readonly operations: ITopic;
  /** Alarms when the metric is above this; default 0. */
  readonly above?: number;
  /** Alarms when the metric is below this, and when there is none; instead of `above`. */
  readonly below?: number;
  /** How many periods in a row; default 1. */
  readonly periods?: number;
}

/** An alarm that tells the operations topic, now and when it is over. */
export class Alarm extends cloudwatch.Alarm {
  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id, {
      metric: props.metric,
      alarmDescription: props.costsUser,
      threshold: props.below ?? props.above ?? 0,
      comparisonOperator:
        props.below === undefined
          ? cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData:
        props.below === undefined
          ? cloudwatch.TreatMissingData.NOT_BREACHING
          : cloudwatch.TreatMissingData.BREACHING,
    });
    this.addAlarmAction(new SnsAction(props.operations));
    this.addOkAction(new SnsAction(props.operations));
  }
}

/** For queues in which no message should ever wait. */
export const alarmOnWaiting = (
  queue: Queue,
  operations: ITopic,
  { costsUser }: { costsUser: string },
): Alarm =>
  new Alarm(queue, 'Waiting', {
    metric: queue.metricApproximateNumberOfMessagesVisible({
      period: Duration.minutes(1),
      statistic: cloudwatch.Stats.MAXIMUM,
    }),
    costsUser,
    operations,
  });
