import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { resource } from './resource.ts';

/** SQS keeps nothing longer. */
export const LONGEST_RETENTION = Duration.days(14);

export const queue = (scope: Construct, id: string, props: QueueProps = {}): Queue =>
  new Queue(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });

/** A queue as something that functions use, with the settings by which they are told of it. */
export const queueResource = <const Settings extends Readonly<Record<string, string>>>(
  { queueArn }: Queue,
  settings: Settings,
) => resource({ service: 'sqs', arn: queueArn, settings });
