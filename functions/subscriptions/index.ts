import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { subscribeForm } from '../../shared/contract/public-pages.ts';
import * as contract from '../../shared/contract/subscriptions.ts';
import { deadlines, dynamo } from '../../shared/runtime/clients.ts';
import { deliveryQueues } from '../../shared/runtime/delivery-queues.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { derivedFrom, secretOf } from '../../shared/runtime/secret.ts';
import { subscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import { applicationServerKey, vapidKey } from '../../shared/runtime/vapid.ts';
import { eventReader } from '../../shared/store/events.ts';
import { askingLimits } from '../../shared/store/subscribers/asking-limits.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { endpointRules } from './endpoint.ts';
import { subscribeByForm } from './form.tsx';
import { settings } from './function.ts';
import { manageSubscription } from './manage.ts';
import { snsSubscriptions } from './sns-subscriptions.ts';
import { subscriptions } from './subscriptions.ts';

const env = readEnv(settings);
const event = eventReader(dynamo(), env.REGISTRY_TABLE).existing;
const secret = secretOf(env.SIGNING_SECRET_ARN);
const keys = derivedFrom(secret, subscriberKeys);
const subscribers = subscriberStore(dynamo(), env.SUBSCRIBERS_TABLE);
const endpoints = endpointRules(env);
const { create, count, channels } = subscriptions({
  event,
  sns: snsSubscriptions(new SNSClient(deadlines), env.ANNOUNCEMENTS_DEAD_QUEUE_ARN),
  topicPrefix: env.TOPIC_PREFIX,
  neighbourTopicArn: env.OPERATIONS_TOPIC_ARN,
  endpoints,
  own: {
    subscribers,
    limits: askingLimits(dynamo(), env.SUBSCRIBERS_TABLE),
    queues: deliveryQueues(new SQSClient(deadlines), env),
    keys,
    endpoints,
    mail: env.MAIL_FROM !== 'none',
    clock: Date.now,
  },
  pushKey: derivedFrom(secret, (text) => applicationServerKey(vapidKey(text))),
});
const manage = manageSubscription({ event, subscribers, keys, clock: Date.now });

export const handler = httpApi([
  on(contract.createSubscription, create),
  on(subscribeForm, subscribeByForm({ create })),
  on(contract.countSubscriptions, count),
  on(contract.subscriptionChannels, channels),
  on(contract.readSubscription, manage.read),
  on(contract.changeSubscription, manage.change),
  on(contract.endSubscription, manage.end),
  on(contract.submitSubscription, manage.submit),
]);
