import { ReceiveMessageCommand, SendMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { eachMessage, postponeIn } from '../../shared/runtime/queue-handler.ts';
import { startMessaging, type TestMessaging } from './messaging.ts';

let messaging: TestMessaging;
beforeAll(async () => {
  messaging = await startMessaging();
});
afterAll(() => messaging.stop());

// A moment in which the database was slow would cost a language's readers twelve minutes.
test('what failed in passing is handled again in seconds, whatever the queue’s visibility timeout', async () => {
  const { sqs } = messaging;
  const { url: QueueUrl, arn } = await messaging.queue('plan');
  const other = await messaging.queue('another-plan');
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: '720' } }));
  for (const MessageBody of ['bad', 'good'])
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const receive = async (WaitTimeSeconds: number) => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds }),
    );
    return Messages;
  };
  const handled: string[] = [];
  const handle = eachMessage(postponeIn(sqs, [other.url, QueueUrl]), 'failed', async (body) => {
    handled.push(body);
    if (body === 'bad') throw new Error('the database is slow');
  });
  const records = (await receive(0)).map((message) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: { ApproximateReceiveCount: '1' },
    eventSourceARN: arn,
  }));
  const answer = await handle(z.custom<SQSEvent>().parse({ Records: records }));
  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: records[0]?.messageId }]);
  expect(handled).toEqual(['bad', 'good']);
  expect((await receive(5)).map(({ Body }) => Body)).toEqual(['bad']);
});
