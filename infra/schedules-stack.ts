import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { Schedule } from './constructs/schedule.ts';
import { TurnoutFunction } from './constructs/turnout-function.ts';
import type { Foundation } from './foundation.ts';
import type { FunctionName } from './function-profiles.ts';

/** What happens at a time: scheduled announcements are handed over ahead and published on the second. */
export class SchedulesStack extends Stack {
  private readonly foundation: Foundation;

  constructor(scope: Construct, id: string, foundation: Foundation, props: StackProps) {
    super(scope, id, props);
    this.foundation = foundation;

    this.run('release', 'rate(1 minute)');
    this.run('session-end', 'rate(1 minute)');

    new EventSourceMapping(this, 'publish-due-mapping', {
      target: new TurnoutFunction(this, 'publish-due', foundation).lambda,
      eventSourceArn: foundation.messaging.due.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: 2,
    });
  }

  private run(name: FunctionName, expression: string): void {
    const { lambda } = new TurnoutFunction(this, name, this.foundation);
    new Schedule(this, name, { target: lambda, expression });
  }
}
