import { setTimeout as sleep } from 'node:timers/promises';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { names } from './env.ts';
import { publishDue } from './publish-due.ts';

const env = readEnv(names);

export const handler = publishDue({
  announcements: announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  clock: Date.now,
  sleep: (ms) => sleep(ms),
});
