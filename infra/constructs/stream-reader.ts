import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Foundation } from '../foundation.ts';
import type { FunctionName } from '../function-profiles.ts';
import { Alarm } from './alarm.ts';
import { TurnoutFunction } from './turnout-function.ts';

export interface StreamReaderProps {
  readonly name: FunctionName;
  readonly table: Table;
  readonly filters?: Record<string, unknown>[];
  /** Records at once, at most; default 100. */
  readonly batchSize?: number;
  /** What it costs a user when this reader falls behind. */
  readonly whenLate: string;
}

/**
 * A function that reads a table's stream in order and never gives a record up: the exactness of counts (I4) and of
 * deliveries (I7) rests on every one of these switches, which the infra tests assert.
 */
export class StreamReader extends Construct {
  readonly reader: TurnoutFunction;

  constructor(scope: Construct, foundation: Foundation, props: StreamReaderProps) {
    const { name, table, filters, batchSize = 100, whenLate } = props;
    super(scope, `${name}-reader`);
    this.reader = new TurnoutFunction(scope, name, foundation);
    const { lambda } = this.reader;
    new EventSourceMapping(this, 'Mapping', {
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
    new Alarm(this, 'Late', {
      metric: lambda.metric('IteratorAge', { period: Duration.minutes(1), statistic: Stats.MAXIMUM }),
      above: Duration.minutes(1).toMilliseconds(),
      costsUser: whenLate,
      operations: foundation.messaging.operations,
    });
  }
}
