import type { DynamoDBStreamEvent } from 'aws-lambda';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { streamHandler } from '../../shared/runtime/stream.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { announcementLedger } from '../../shared/store/announcements/ledger.ts';
import { eventReader } from '../../shared/store/events.ts';
import { announce } from './announce.ts';
import { settings } from './function.ts';
import { announcementsClient } from './sns-client.ts';
import { snsPublisher } from './sns-publisher.ts';
import { sweep } from './sweep.ts';

const env = readEnv(settings);

const deps = {
  events: eventReader(dynamo(), env.REGISTRY_TABLE).names,
  announcements: announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  ledger: announcementLedger(dynamo(), env.ANNOUNCEMENTS_TABLE),
  publish: snsPublisher(announcementsClient(), env.OPERATIONS_TOPIC_ARN, env.TOPIC_PREFIX),
  clock: Date.now,
};
const [onStream, onSchedule] = [streamHandler(announce(deps)), sweep(deps)];

/** The schedule's own event has no records. */
export const handler = (event: Partial<DynamoDBStreamEvent>) =>
  event.Records ? onStream({ Records: event.Records }) : onSchedule();
