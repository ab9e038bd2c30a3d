import { setTimeout as sleep } from 'node:timers/promises';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { settings } from './function.ts';
import { publishDue } from './publish-due.ts';

const env = readEnv(settings);

export const handler = publishDue({
  announcements: announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  clock: Date.now,
  sleep: (ms) => sleep(ms),
});
