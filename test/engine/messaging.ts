import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';

const POLL_MS = 20;

export interface TestMessaging {
  readonly endpoint: string;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  topic(name: string): Promise<string>;
  queue(name: string): Promise<{ url: string; arn: string }>;
  /** Takes messages off a queue until `wanted` came or the time is over. */
  receive(url: string, wanted: number, waitMs?: number): Promise<Message[]>;
  stop(): Promise<void>;
}

/** Real topics and queues, in this process, on loopback. */
export const startMessaging = async (): Promise<TestMessaging> => {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' });
  const settings = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  const sns = new SNSClient(settings);
  const sqs = new SQSClient(settings);

  return {
    endpoint,
    sns,
    sqs,
    topic: async (name) => (await sns.send(new CreateTopicCommand({ Name: name }))).TopicArn ?? '',
    queue: async (name) => {
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
      );
      // fauxqs names a host that no resolver knows.
      return { url: `${endpoint}${new URL(QueueUrl).pathname}`, arn: Attributes['QueueArn'] ?? '' };
    },
    receive: async (url, wanted, waitMs = 2_000) => {
      const deadline = Date.now() + waitMs;
      const received: Message[] = [];
      while (received.length < wanted && Date.now() < deadline) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: url,
            MaxNumberOfMessages: 10,
            MessageAttributeNames: ['All'],
            WaitTimeSeconds: 0,
          }),
        );
        if (Messages.length === 0) {
          await sleep(POLL_MS);
          continue;
        }
        await sqs.send(
          new DeleteMessageBatchCommand({
            QueueUrl: url,
            Entries: Messages.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle })),
          }),
        );
        received.push(...Messages);
      }
      return received;
    },
    stop: async () => {
      sns.destroy();
      sqs.destroy();
      await app.close();
    },
  };
};
