import { SQSClient } from '@aws-sdk/client-sqs';
import { deadlines, dynamo } from '../../shared/runtime/clients.ts';
import { deliveryQueues } from '../../shared/runtime/delivery-queues.ts';
import { editionReader } from '../../shared/runtime/edition-reader.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { postponeIn } from '../../shared/runtime/queue-handler.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { deliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { settings } from './function.ts';
import { plan } from './plan.ts';

const env = readEnv(settings);

const sqs = new SQSClient(deadlines);

export const handler = plan({
  edition: editionReader(announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE)),
  subscribers: subscriberStore(dynamo(), env.SUBSCRIBERS_TABLE),
  ledger: deliveryLedger(dynamo(), env.SUBSCRIBERS_TABLE),
  queues: deliveryQueues(sqs, env),
  postpone: postponeIn(sqs, [env.PLAN_QUEUE_URL]),
  topicPrefix: env.TOPIC_PREFIX,
  clock: Date.now,
});
