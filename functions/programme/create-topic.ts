import {
  CreateTopicCommand,
  InvalidParameterException,
  SetTopicAttributesCommand,
  type SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { announcementTopicName } from '../../shared/domain/announcement-topic.ts';

export interface TopicDeps {
  readonly sns: SNSClient;
  readonly prefix: string;
  readonly planQueueArn: string;
  /** With which SNS logs what it could not deliver. */
  readonly logRoleArn: string;
}

/** Makes a topic; one that is there with other attributes, or before it had any, gets these. */
const made = async (sns: SNSClient, name: string, attributes: Record<string, string>): Promise<string> => {
  try {
    const command = new CreateTopicCommand({ Name: name, Attributes: attributes });
    return (await sns.send(command)).TopicArn ?? '';
  } catch (error) {
    if (!(error instanceof InvalidParameterException)) throw error;
  }
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: name }));
  for (const [AttributeName, AttributeValue] of Object.entries(attributes))
    await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }));
  return TopicArn;
};

/**
 * The topic of an event's announcements in a language, which also feeds the queue of what we deliver ourselves; making
 * it again changes nothing. Only failures are logged: what SNS logs names the endpoint, and a webhook's address may hold
 * its secret. https://docs.aws.amazon.com/sns/latest/dg/msg-status-sdk.html
 */
export const createTopic =
  ({ sns, prefix, planQueueArn, logRoleArn }: TopicDeps) =>
  async (event: string, language: string): Promise<void> => {
    const TopicArn = await made(sns, announcementTopicName(prefix, event, language), {
      HTTPFailureFeedbackRoleArn: logRoleArn,
      SQSFailureFeedbackRoleArn: logRoleArn,
    });
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: planQueueArn }));
  };
