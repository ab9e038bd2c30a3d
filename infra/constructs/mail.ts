import { Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { resource } from './resource.ts';

/** A deployment without a sender says so by this; readEnv takes no empty text. */
const NO_SENDER = 'none';

/** Of `Name <address@domain>`, the domain, which SES knows as an identity. */
const domainOf = (mailFrom: string): string => /@([^>\s]+)/.exec(mailFrom)?.[1] ?? 'none.invalid';

interface MailProps {
  readonly mailFrom: string;
  /** Takes what becomes of the mails. */
  readonly events: Queue;
  /** Lets SES publish to the encrypted topic. */
  readonly key: IKey;
}

/** SES: whom mails come from, the account whose rate is read, and what is heard of mails after they are sent. */
export class Mail extends Construct {
  private readonly mailFrom: string;
  private readonly set: ConfigurationSet;

  constructor(scope: Construct, id: string, { mailFrom, events, key }: MailProps) {
    super(scope, id);
    this.mailFrom = mailFrom;
    const ses = new ServicePrincipal('ses.amazonaws.com');
    const topic = new Topic(this, 'Events', { masterKey: key, enforceSSL: true });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [ses],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    key.grantEncryptDecrypt(ses);
    topic.addSubscription(new SqsSubscription(events, { rawMessageDelivery: true }));
    this.set = new ConfigurationSet(this, 'Set');
    this.set.addEventDestination('ToTopic', {
      destination: EventDestination.snsTopic(topic),
      events: [
        EmailSendingEvent.BOUNCE,
        EmailSendingEvent.COMPLAINT,
        EmailSendingEvent.DELIVERY,
        EmailSendingEvent.REJECT,
      ],
    });
  }

  get resources() {
    const stack = Stack.of(this);
    const { mailFrom, set } = this;
    const arnOf = (kind: string, name: string) =>
      stack.formatArn({ service: 'ses', resource: kind, resourceName: name });
    return {
      'mail identity': resource({
        service: 'ses',
        arn: arnOf('identity', domainOf(mailFrom)),
        settings: { MAIL_FROM: mailFrom || NO_SENDER },
      }),
      'mail events': resource({
        service: 'ses',
        arn: arnOf('configuration-set', set.configurationSetName),
        settings: { MAIL_EVENTS: set.configurationSetName },
      }),
      // GetAccount has no resource type in IAM.
      'mail account': resource({ service: 'ses', arn: '*', settings: {} }),
    };
  }
}
