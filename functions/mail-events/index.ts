import { SQSClient } from '@aws-sdk/client-sqs';
import { deadlines, dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { postponeIn } from '../../shared/runtime/queue-handler.ts';
import { deliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { settings } from './function.ts';
import { mailEvents } from './mail-events.ts';

const env = readEnv(settings);

export const handler = mailEvents({
  subscribers: subscriberStore(dynamo(), env.SUBSCRIBERS_TABLE),
  ledger: deliveryLedger(dynamo(), env.SUBSCRIBERS_TABLE),
  postpone: postponeIn(new SQSClient(deadlines), [env.MAIL_EVENTS_QUEUE_URL]),
  clock: Date.now,
});
