import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { announcementTopicName } from '../../shared/domain/announcement-topic.ts';

/**
 * The topic of an event's announcements in a language, which also feeds the queue of what we deliver ourselves; making
 * it again changes nothing.
 */
export const createTopic =
  (sns: SNSClient, prefix: string, planQueueArn: string) =>
  async (event: string, language: string): Promise<void> => {
    const { TopicArn } = await sns.send(
      new CreateTopicCommand({ Name: announcementTopicName(prefix, event, language) }),
    );
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: planQueueArn }));
  };
