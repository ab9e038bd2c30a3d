import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { addTriggered } from './constructs/triggered.ts';
import type { Foundation } from './foundation.ts';

/** What happens at a time: scheduled announcements are handed over ahead and published on the second. */
export class SchedulesStack extends Stack {
  constructor(scope: Construct, id: string, foundation: Foundation, props: StackProps) {
    super(scope, id, props);
    addTriggered(this, 'schedules', foundation);
  }
}
