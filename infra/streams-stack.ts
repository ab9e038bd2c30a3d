import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Alarm } from './constructs/alarm.ts';
import { TurnoutFunction } from './constructs/turnout-function.ts';
import type { Foundation } from './foundation.ts';
import type { FunctionName } from './function-profiles.ts';

interface Reader {
  readonly name: FunctionName;
  readonly table: Table;
  readonly filters?: Record<string, unknown>[];
  /** Records at once, at most; default 100. */
  readonly batchSize?: number;
  /** What it costs a user when this reader falls behind. */
  readonly whenLate: string;
}

/** Edition items, and only when they appear: drafts and what is under embargo never reach the function (I7). */
const NEW_EDITIONS = FilterCriteria.filter({
  eventName: FilterRule.isEqual('INSERT'),
  dynamodb: { Keys: { sk: { S: FilterRule.beginsWith('E#') } } },
});

/** Records of badges; neither gates nor refusals of unknown badges move anyone. */
const BADGES = FilterCriteria.filter({
  dynamodb: { Keys: { sk: { S: FilterRule.beginsWith('B#') } } },
});

/** What follows from a change: counts from attendance, messages from editions. */
export class StreamsStack extends Stack {
  private readonly foundation: Foundation;

  constructor(scope: Construct, id: string, foundation: Foundation, props: StackProps) {
    super(scope, id, props);
    this.foundation = foundation;
    const { data } = foundation;

    this.read({
      name: 'count',
      table: data.attendance,
      // It holds its answer for up to 250 ms after a live message; with batches of 1,000 it still counts faster
      // than one partition can be written to (1,000 a second).
      batchSize: 1000,
      whenLate: 'The counts on the organizers’ screens are more than a minute old.',
    });
    // The second and last: a stream has at most two readers.
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    this.read({
      name: 'place',
      table: data.attendance,
      filters: [BADGES],
      whenLate: 'Where one place at a time is wanted, people are shown in two rooms for more than a minute.',
    });
    this.read({
      name: 'announce',
      table: data.announcements,
      filters: [NEW_EDITIONS],
      whenLate: 'Subscribers get published announcements more than a minute late.',
    });

    new Alarm(this, 'AttendanceThrottled', {
      metric: data.attendance.metric('WriteThrottleEvents', {
        period: Duration.minutes(1),
        statistic: Stats.SUM,
      }),
      costsUser: 'Scans at the doors are slow: the table takes fewer writes than the doors send.',
      operations: foundation.messaging.operations,
    });
  }

  /**
   * Reads a stream in order and never gives a record up: the exactness of counts (I4) and of deliveries (I7)
   * rests on every one of these switches, which the infra tests assert.
   */
  private read({ name, table, filters, batchSize = 100, whenLate }: Reader): void {
    const { lambda } = new TurnoutFunction(this, name, this.foundation);
    new EventSourceMapping(this, `${name}-mapping`, {
      target: lambda,
      ...(table.tableStreamArn !== undefined && { eventSourceArn: table.tableStreamArn }),
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize,
      maxBatchingWindow: Duration.seconds(0),
      // More than one would let two batches of one shard be applied at once, which the watermark forbids.
      parallelizationFactor: 1,
      retryAttempts: -1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      ...(filters && { filters }),
    });
    new Alarm(this, `${name}-late`, {
      metric: lambda.metric('IteratorAge', { period: Duration.minutes(1), statistic: Stats.MAXIMUM }),
      above: Duration.minutes(1).toMilliseconds(),
      costsUser: whenLate,
      operations: this.foundation.messaging.operations,
    });
  }
}
