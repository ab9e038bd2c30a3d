import { SQSClient } from '@aws-sdk/client-sqs';
import * as contract from '../../shared/contract/deliveries.ts';
import { deadlines, dynamo } from '../../shared/runtime/clients.ts';
import { deliveryQueues } from '../../shared/runtime/delivery-queues.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { announcementLedger } from '../../shared/store/announcements/ledger.ts';
import { eventReader } from '../../shared/store/events.ts';
import { deliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { deliveries } from './deliveries.ts';
import { settings } from './function.ts';
import { redrive } from './redrive.ts';

const env = readEnv(settings);
const sqs = new SQSClient(deadlines);
const { report, replay } = deliveries({
  announcements: announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  sns: announcementLedger(dynamo(), env.ANNOUNCEMENTS_TABLE),
  own: deliveryLedger(dynamo(), env.SUBSCRIBERS_TABLE),
  subscribers: subscriberStore(dynamo(), env.SUBSCRIBERS_TABLE),
  queues: deliveryQueues(sqs, env),
  clock: Date.now,
});

const redriveDead = redrive({
  event: eventReader(dynamo(), env.REGISTRY_TABLE).existing,
  sqs,
  deadQueueUrl: env.DELIVERIES_DEAD_QUEUE_URL,
  queueUrls: {
    plan: env.PLAN_QUEUE_URL,
    email: env.EMAIL_QUEUE_URL,
    webhook: env.WEBHOOK_QUEUE_URL,
    push: env.PUSH_QUEUE_URL,
    'mail-events': env.MAIL_EVENTS_QUEUE_URL,
  },
  clock: Date.now,
});

export const handler = httpApi([
  on(contract.getDeliveries, report),
  on(contract.replayDelivery, replay),
  on(contract.redriveDeliveries, redriveDead),
]);
