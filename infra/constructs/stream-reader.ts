import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';

interface StreamReaderProps {
  readonly reader: IFunction;
  readonly stream: string;
  /** Patterns of the records that it sees; default: all. */
  readonly filters?: readonly unknown[] | undefined;
  /** Records at once, at most; default 100. */
  readonly batchSize?: number | undefined;
  /** What it costs a user when this reader falls behind. */
  readonly whenLate: string;
  readonly operations: ITopic;
}

/**
 * Lets a function read a table's stream in order, and never give a record up: the exactness of counts (I4) and of
 * deliveries (I7) rests on every one of these switches, which the infra tests assert.
 */
export class StreamReader extends Construct {
  constructor(scope: Construct, name: string, props: StreamReaderProps) {
    const { reader, stream, filters, batchSize = 100, whenLate, operations } = props;
    super(scope, `${name}-reader`);
    new EventSourceMapping(this, 'Mapping', {
      target: reader,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize,
      maxBatchingWindow: Duration.seconds(0),
      // More than one would let two batches of one shard be applied at once, which the watermark forbids.
      parallelizationFactor: 1,
      retryAttempts: -1,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      ...(filters && { filters: filters.map((pattern) => ({ pattern: JSON.stringify(pattern) })) }),
    });
    new Alarm(this, 'Late', {
      metric: reader.metric('IteratorAge', { period: Duration.minutes(1), statistic: Stats.MAXIMUM }),
      above: Duration.minutes(1).toMilliseconds(),
      costsUser: whenLate,
      operations,
    });
  }
}
