import { SQSClient } from '@aws-sdk/client-sqs';
import { deadlines, dynamo } from '../../shared/runtime/clients.ts';
import { dueQueue } from '../../shared/runtime/due-queue.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { settings } from './function.ts';
import { release } from './release.ts';

const env = readEnv(settings);

export const handler = release({
  announcements: announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  due: dueQueue(new SQSClient(deadlines), env.DUE_QUEUE_URL),
  clock: Date.now,
});
