import { Aws, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { alarmOnWaiting } from './constructs/alarm.ts';
import { deliveryLogRole } from './constructs/delivery-log.ts';
import { DeliveryQueues } from './constructs/delivery-queues.ts';
import { Mail } from './constructs/mail.ts';
import { LONGEST_RETENTION as LONGEST, queue, queueResource } from './constructs/queue.ts';
import { resource } from './constructs/resource.ts';

interface MessagingProps extends StackProps {
  /** Beginning of the names of the announcement topics, which are made per event and language at run time. */
  readonly topicPrefix: string;
  /** Sender of mails, `Name <address>`; empty: this deployment sends none. */
  readonly mailFrom: string;
}

export class MessagingStack extends Stack {
  private readonly topicPrefix: string;
  /** What is wrong or remarkable right now, for the people who run the conference. */
  readonly operations: Topic;
  private readonly operationsKey: Key;
  /** Announcements that are due within minutes, each delayed to its time. */
  private readonly due: Queue;
  /** Attendance changes that `count` could not understand, kept for a person to look at. */
  private readonly parked: Queue;
  /** Announcements that SNS could not deliver to a webhook or queue. */
  private readonly announcementsDead: Queue;
  private readonly deliveries: DeliveryQueues;
  private readonly mail: Mail;
  private readonly deliveryLog: Role;

  constructor(scope: Construct, id: string, { topicPrefix, mailFrom, ...props }: MessagingProps) {
    super(scope, id, props);
    this.topicPrefix = topicPrefix;

    // CloudWatch cannot publish to a topic that is encrypted with AWS's own key.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    this.operationsKey = new Key(this, 'OperationsKey', { enableKeyRotation: true });
    this.operationsKey.grantEncryptDecrypt(new ServicePrincipal('cloudwatch.amazonaws.com'));
    this.operations = new Topic(this, 'Operations', { masterKey: this.operationsKey, enforceSSL: true });
    this.operations.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.operations.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );

    const dueDead = queue(this, 'DueDead', { retentionPeriod: LONGEST });
    this.due = queue(this, 'Due', {
      retentionPeriod: Duration.days(1),
      // At least six times the timeout of publish-due.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(60),
      deadLetterQueue: { queue: dueDead, maxReceiveCount: 5 },
    });
    alarmOnWaiting(dueDead, this.operations, {
      costsUser:
        'A scheduled announcement was tried five times and is still not published: publish it by hand.',
    });

    this.parked = queue(this, 'Parked', { retentionPeriod: LONGEST });
    alarmOnWaiting(this.parked, this.operations, {
      costsUser: 'A scan is stored but not counted: the counts of its session are off until it is repaired.',
    });

    this.announcementsDead = queue(this, 'AnnouncementsDead', { retentionPeriod: LONGEST });
    this.announcementsDead.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.announcementsDead.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': this.announcementTopicsArn } },
      }),
    );
    alarmOnWaiting(this.announcementsDead, this.operations, {
      costsUser: 'A subscriber has missed an announcement: its webhook or queue refused every attempt.',
    });

    this.deliveries = new DeliveryQueues(this, 'Deliveries', {
      operations: this.operations,
      topics: this.announcementTopicsArn,
    });
    this.mail = new Mail(this, 'Mail', {
      mailFrom,
      events: this.deliveries.mailEvents,
      key: this.operationsKey,
    });

    this.deliveryLog = deliveryLogRole(this, topicPrefix);

    for (const last of [this.parked, this.announcementsDead]) {
      Validations.of(last).acknowledge({
        id: 'AwsSolutions-SQS3',
        reason:
          'This queue is itself where failures end up; nothing consumes it but people, who are alarmed.',
      });
    }
  }

  get resources() {
    const { operations, operationsKey, due, parked, announcementsDead, deliveryLog, topicPrefix } = this;
    return {
      'announcement topics': resource({
        service: 'sns',
        arn: this.announcementTopicsArn,
        settings: {
          /** A topic is called `<prefix>-<event>-<language>`. */
          TOPIC_PREFIX: topicPrefix,
          /** Whether webhooks may be plain http on loopback; only the embedded host says `true`. */
          LOOPBACK_WEBHOOKS: 'false',
        },
        wildcard: {
          id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:${topicPrefix}-*]`,
          reason:
            'Topics of announcements are made at run time, one for each event and language, under this prefix.',
        },
      }),
      'announcements dead queue': queueResource(announcementsDead, {
        ANNOUNCEMENTS_DEAD_QUEUE_ARN: announcementsDead.queueArn,
      }),
      'due queue': queueResource(due, { DUE_QUEUE_URL: due.queueUrl }),
      'parked queue': queueResource(parked, { PARKED_QUEUE_URL: parked.queueUrl }),
      'operations topic': resource({
        service: 'sns',
        arn: operations.topicArn,
        settings: { OPERATIONS_TOPIC_ARN: operations.topicArn },
      }),
      'delivery log role': resource({
        service: 'iam',
        arn: deliveryLog.roleArn,
        settings: { DELIVERY_LOG_ROLE_ARN: deliveryLog.roleArn },
        conditions: { StringEquals: { 'iam:PassedToService': ['sns.amazonaws.com'] } },
      }),
      'operations key': resource({ service: 'kms', arn: operationsKey.keyArn, settings: {} }),
      ...this.deliveries.resources,
      ...this.mail.resources,
    };
  }

  /** Every announcement topic, of any event and language. */
  private get announcementTopicsArn(): string {
    return this.formatArn({ service: 'sns', resource: `${this.topicPrefix}-*` });
  }
}
