import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { deadlines, dynamo } from '../../shared/runtime/clients.ts';
import { deliveryQueues } from '../../shared/runtime/delivery-queues.ts';
import { editionReader } from '../../shared/runtime/edition-reader.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { publicUrl } from '../../shared/runtime/public-url.ts';
import { postponeIn } from '../../shared/runtime/queue-handler.ts';
import { derivedFrom, secretOf } from '../../shared/runtime/secret.ts';
import { subscriberKeys } from '../../shared/runtime/subscriber-keys.ts';
import { vapidKey } from '../../shared/runtime/vapid.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { eventReader } from '../../shared/store/events.ts';
import { deliveryLedger } from '../../shared/store/subscribers/delivery-ledger.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { emailAdapter } from './adapters/email.ts';
import { pushAdapter } from './adapters/push.ts';
import { webhookAdapter } from './adapters/webhook.ts';
import { deliver } from './deliver.ts';
import { eventWords } from './event-words.ts';
import { SENDERS, settings } from './function.ts';
import { mailClient } from './mail/client.ts';
import { accountPace } from './mail/pace.ts';
import { publicPost } from './public-post.ts';

const env = readEnv(settings);
const secret = secretOf(env.SIGNING_SECRET_ARN);
const sqs = new SQSClient(deadlines);
const ses = mailClient();
const post = publicPost({ loopback: env.LOOPBACK_WEBHOOKS });
const baseUrl = env.API_URL;

export const handler = deliver({
  edition: editionReader(announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE)),
  subscribers: subscriberStore(dynamo(), env.SUBSCRIBERS_TABLE),
  ledger: deliveryLedger(dynamo(), env.SUBSCRIBERS_TABLE),
  queues: deliveryQueues(sqs, env),
  postpone: postponeIn(sqs, [env.EMAIL_QUEUE_URL, env.WEBHOOK_QUEUE_URL, env.PUSH_QUEUE_URL]),
  keys: derivedFrom(secret, subscriberKeys),
  adapters: {
    webhook: webhookAdapter({ post, baseUrl, clock: Date.now }),
    push: pushAdapter({ post, key: derivedFrom(secret, vapidKey), contact: baseUrl, baseUrl }),
    email: emailAdapter({
      ses,
      from: env.MAIL_FROM,
      events: env.MAIL_EVENTS,
      baseUrl,
      pagesUrl: publicUrl() || baseUrl,
      eventIn: eventWords(eventReader(dynamo(), env.REGISTRY_TABLE)),
      pace: accountPace(ses, SENDERS, Date.now, (ms) => sleep(ms)),
    }),
  },
  clock: Date.now,
  spread: Math.random,
});
