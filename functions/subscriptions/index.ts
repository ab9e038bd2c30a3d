import { SNSClient } from '@aws-sdk/client-sns';
import * as contract from '../../shared/contract/subscriptions.ts';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { eventStore } from '../../shared/store/events.ts';
import { queueArn } from './endpoint.ts';
import { settings } from './function.ts';
import { snsSubscriptions } from './sns-subscriptions.ts';
import { subscriptions } from './subscriptions.ts';

const env = readEnv(settings);
const { create, count } = subscriptions({
  event: eventStore(dynamo(), env.REGISTRY_TABLE).existing,
  sns: snsSubscriptions(new SNSClient({}), env.ANNOUNCEMENTS_DEAD_QUEUE_ARN),
  topicPrefix: env.TOPIC_PREFIX,
  neighbourTopicArn: env.OPERATIONS_TOPIC_ARN,
  endpoints: {
    loopback: env.LOOPBACK_WEBHOOKS,
    ownQueues: [
      env.ANNOUNCEMENTS_DEAD_QUEUE_ARN,
      queueArn(env.DUE_QUEUE_URL, env.OPERATIONS_TOPIC_ARN),
      queueArn(env.PARKED_QUEUE_URL, env.OPERATIONS_TOPIC_ARN),
    ],
  },
});

export const handler = httpApi([
  on(contract.createSubscription, create),
  on(contract.countSubscriptions, count),
]);
