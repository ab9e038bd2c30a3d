import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { Alarm } from './constructs/alarm.ts';
import { addTriggered } from './constructs/triggered.ts';
import type { Foundation } from './foundation.ts';

interface StreamsProps extends StackProps {
  readonly attendance: Table;
}

/** What follows from a change: counts from attendance, messages from editions. */
export class StreamsStack extends Stack {
  constructor(scope: Construct, id: string, foundation: Foundation, { attendance, ...props }: StreamsProps) {
    super(scope, id, props);
    addTriggered(this, 'streams', foundation);

    new Alarm(this, 'AttendanceThrottled', {
      metric: attendance.metric('WriteThrottleEvents', {
        period: Duration.minutes(1),
        statistic: Stats.SUM,
      }),
      costsUser: 'Scans at the doors are slow: the table takes fewer writes than the doors send.',
      operations: foundation.operations,
    });
  }
}
