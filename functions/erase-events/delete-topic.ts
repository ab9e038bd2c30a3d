import { DeleteTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { announcementTopicArn } from '../../shared/domain/announcement-topic.ts';

/**
 * Deletes a topic with its subscriptions; one that is gone already is no error.
 * https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html
 */
export const deleteTopic =
  (sns: SNSClient, neighbour: string, prefix: string) =>
  async (event: string, language: string): Promise<void> => {
    await sns.send(
      new DeleteTopicCommand({ TopicArn: announcementTopicArn(neighbour, prefix, event, language) }),
    );
  };
