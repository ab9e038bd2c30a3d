import { CreateTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import { announcementTopicName } from '../../shared/domain/announcement-topic.ts';

/** The topic of an event's announcements in a language; making it again changes nothing. */
export const createTopic =
  (sns: SNSClient, prefix: string) =>
  async (event: string, language: string): Promise<void> => {
    await sns.send(new CreateTopicCommand({ Name: announcementTopicName(prefix, event, language) }));
  };
