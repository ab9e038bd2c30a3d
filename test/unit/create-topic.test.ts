import {
  CreateTopicCommand,
  InvalidParameterException,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, test } from 'vitest';
import { createTopic } from '../../functions/programme/create-topic.ts';

// SNS refuses to make a topic again with attributes that it did not have; the embedded engine does not.
test('a topic that was there before what it could not deliver was logged would make events unchangeable', async () => {
  const sns = mockClient(SNSClient);
  sns
    .on(CreateTopicCommand)
    .callsFake(async ({ Attributes }) => {
      if (!Attributes) return { TopicArn: 'arn:topic' };
      const message = 'Invalid parameter: Attributes Reason: Topic already exists with different attributes';
      throw new InvalidParameterException({ $metadata: {}, message });
    })
    .on(SetTopicAttributesCommand)
    .resolves({})
    .on(SubscribeCommand)
    .resolves({});
  const create = createTopic({
    sns: new SNSClient({}),
    prefix: 'turnout',
    planQueueArn: 'arn:plan',
    logRoleArn: 'arn:role',
  });
  await create('gdec-2023', 'en');
  const set = sns.commandCalls(SetTopicAttributesCommand).map(({ args }) => args[0].input);
  expect(set).toEqual(
    ['HTTPFailureFeedbackRoleArn', 'SQSFailureFeedbackRoleArn'].map((AttributeName) => ({
      TopicArn: 'arn:topic',
      AttributeName,
      AttributeValue: 'arn:role',
    })),
  );
  expect(sns.commandCalls(SubscribeCommand)[0]?.args[0].input).toMatchObject({ TopicArn: 'arn:topic' });
});
