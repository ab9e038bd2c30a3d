import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { alarmOnWaiting } from './alarm.ts';
import { LONGEST_RETENTION, queue, queueResource } from './queue.ts';

interface DeliveryQueuesProps {
  readonly operations: ITopic;
  /** ARN pattern of the announcement topics, which feed `plan`. */
  readonly topics: string;
}

/** The queues of what SNS does not deliver: one of editions to plan, and one a channel of what is to be sent. */
export class DeliveryQueues extends Construct {
  private readonly dead: Queue;
  private readonly plan: Queue;
  private readonly email: Queue;
  private readonly webhook: Queue;
  private readonly push: Queue;
  /** What SES tells of mails after it took them. */
  readonly mailEvents: Queue;

  constructor(scope: Construct, id: string, { operations, topics }: DeliveryQueuesProps) {
    super(scope, id);
    this.dead = queue(this, 'Dead', { retentionPeriod: LONGEST_RETENTION });
    alarmOnWaiting(this.dead, operations, {
      costsUser:
        'Some subscribers by mail, webhook or push have missed an announcement: look for why, then `npx turnout deliveries redrive`.',
    });
    Validations.of(this.dead).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is itself where failures end up; nothing consumes it but people, who are alarmed.',
    });
    // A message that fails comes back after 2 s, then twice as long each time (shared/runtime/queue-handler.ts): in all
    // for more than an hour. The visibility timeout is for functions that die.
    // At least six times the timeout of the function behind it; tasks of later tries wait in their queue for days.
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    const tasks = (name: string, timeoutSeconds: number) =>
      queue(this, name, {
        retentionPeriod: LONGEST_RETENTION,
        visibilityTimeout: Duration.seconds(6 * timeoutSeconds),
        deadLetterQueue: { queue: this.dead, maxReceiveCount: 14 },
      });
    this.plan = tasks('Plan', 120);
    this.email = tasks('Email', 60);
    this.webhook = tasks('Webhook', 60);
    this.push = tasks('Push', 60);
    this.mailEvents = tasks('MailEvents', 30);
    this.plan.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.plan.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': topics } },
      }),
    );
  }

  get resources() {
    const { plan, email, webhook, push, mailEvents, dead } = this;
    return {
      'plan queue': queueResource(plan, { PLAN_QUEUE_ARN: plan.queueArn, PLAN_QUEUE_URL: plan.queueUrl }),
      'email queue': queueResource(email, { EMAIL_QUEUE_URL: email.queueUrl }),
      'webhook queue': queueResource(webhook, { WEBHOOK_QUEUE_URL: webhook.queueUrl }),
      'push queue': queueResource(push, { PUSH_QUEUE_URL: push.queueUrl }),
      'mail events queue': queueResource(mailEvents, { MAIL_EVENTS_QUEUE_URL: mailEvents.queueUrl }),
      'deliveries dead queue': queueResource(dead, { DELIVERIES_DEAD_QUEUE_URL: dead.queueUrl }),
    };
  }
}
