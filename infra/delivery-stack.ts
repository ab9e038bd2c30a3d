import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { addTriggered } from './constructs/triggered.ts';
import type { Foundation } from './foundation.ts';

/** Announcements by mail, webhook and push: behind SNS, and far from the doors (I8). */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, foundation: Foundation, props: StackProps) {
    super(scope, id, props);
    addTriggered(this, 'delivery', foundation);
  }
}
