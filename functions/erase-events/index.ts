import { SNSClient } from '@aws-sdk/client-sns';
import type { Context } from 'aws-lambda';
import { deadlines, dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { eraseAnnouncements } from '../../shared/store/announcements/erase.ts';
import { eraseAttendance } from '../../shared/store/attendance/erase.ts';
import { eraseBadges } from '../../shared/store/badges/erase.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { eraseCounts } from '../../shared/store/counts/erase.ts';
import { eventDeletions } from '../../shared/store/event-deletions.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { eraseRegistry } from '../../shared/store/registry-erase.ts';
import { eraseSubscribers } from '../../shared/store/subscribers/erase.ts';
import { deleteTopic } from './delete-topic.ts';
import { eraseEvents } from './erase-events.ts';
import { settings } from './function.ts';

/** A run ends this long before Lambda would end it, ms. */
const SPARE_MS = 10_000;

const env = readEnv(settings);
const documents = dynamo();
const subscribers = eraseSubscribers(documents, env.SUBSCRIBERS_TABLE);
const announcements = eraseAnnouncements(documents, env.ANNOUNCEMENTS_TABLE);

const run = eraseEvents({
  deletions: eventDeletions(documents, env.REGISTRY_TABLE),
  programmes: programmeReader(documents, env.REGISTRY_TABLE),
  counts: countStore(dynamoClient(), env.COUNTS_TABLE),
  erase: {
    attendance: eraseAttendance(documents, env.ATTENDANCE_TABLE),
    counts: eraseCounts(documents, env.COUNTS_TABLE),
    announcements: (event, assertTime) =>
      announcements(event, (id) => subscribers.ledger(event, id, assertTime), assertTime),
    subscribers: subscribers.all,
    badges: eraseBadges(documents, env.REGISTRY_TABLE),
    ...eraseRegistry(documents, env.REGISTRY_TABLE),
    topic: deleteTopic(new SNSClient(deadlines), env.OPERATIONS_TOPIC_ARN, env.TOPIC_PREFIX),
  },
  clock: Date.now,
});

export const handler = async (_event: unknown, context: Context) =>
  run({ until: Date.now() + context.getRemainingTimeInMillis() - SPARE_MS });
