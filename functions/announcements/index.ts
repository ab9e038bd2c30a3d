import { SQSClient } from '@aws-sdk/client-sqs';
import * as contract from '../../shared/contract/announcements.ts';
import { deadlines, dynamo } from '../../shared/runtime/clients.ts';
import { dueQueue } from '../../shared/runtime/due-queue.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { previewStore } from '../../shared/store/announcements/previews.ts';
import { eventReader } from '../../shared/store/events.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { announcementCommands } from './announcements.ts';
import { settings } from './function.ts';
import { keptAnnouncements } from './kept.ts';

const env = readEnv(settings);
const announcements = announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE);
const event = eventReader(dynamo(), env.REGISTRY_TABLE).existing;
const { getSession } = programmeReader(dynamo(), env.REGISTRY_TABLE);
const commands = announcementCommands({
  announcements,
  event,
  isSession: async (found, sessionId) => (await getSession(found, sessionId)) !== undefined,
  due: dueQueue(new SQSClient(deadlines), env.DUE_QUEUE_URL),
  clock: Date.now,
});
const kept = keptAnnouncements({
  announcements,
  previews: previewStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  event,
});

export const handler = httpApi([
  on(contract.createAnnouncement, commands.create),
  on(contract.patchAnnouncement, commands.patch),
  on(contract.scheduleAnnouncement, commands.schedule),
  on(contract.unscheduleAnnouncement, commands.unschedule),
  on(contract.publishAnnouncement, commands.publish),
  on(contract.correctAnnouncement, commands.correct),
  on(contract.retractAnnouncement, commands.retract),
  on(contract.deleteAnnouncement, kept.remove),
  on(contract.listEditions, kept.editions),
]);
