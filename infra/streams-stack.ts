import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Alarm } from './constructs/alarm.ts';
import { StreamReader, type StreamReaderProps } from './constructs/stream-reader.ts';
import type { Foundation } from './foundation.ts';

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

  private read(reader: StreamReaderProps): void {
    new StreamReader(this, this.foundation, reader);
  }
}
