import { SNSClient } from '@aws-sdk/client-sns';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { streamHandler } from '../../shared/runtime/stream.ts';
import { announcementLedger } from '../../shared/store/announcements/ledger.ts';
import { announce } from './announce.ts';
import { settings } from './function.ts';
import { snsPublisher } from './sns-publisher.ts';

/** Two tries of at most 5 s each: well within the ledger's claim. */
const REQUEST_TIMEOUT_MS = 5_000;

const env = readEnv(settings);

export const handler = streamHandler(
  announce({
    ledger: announcementLedger(dynamo(), env.ANNOUNCEMENTS_TABLE),
    publish: snsPublisher(
      new SNSClient({ maxAttempts: 2, requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS } }),
      env.OPERATIONS_TOPIC_ARN,
      env.TOPIC_PREFIX,
    ),
    clock: Date.now,
  }),
);
