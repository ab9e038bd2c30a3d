import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notice } from '../../shared/contract/notices.ts';

const text = (StringValue: string) => ({ DataType: 'String', StringValue });

/** Sends notices to the operations topic; its subscribers filter by `type` and `source`. */
export const toTopic =
  (sns: SNSClient, topicArn: string) =>
  async (notice: Notice): Promise<void> => {
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: JSON.stringify(notice),
        MessageAttributes: { type: text(notice.type), source: text(notice.source) },
      }),
    );
  };
