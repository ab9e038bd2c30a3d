import { SNSClient } from '@aws-sdk/client-sns';
import { closeEvent, deleteEvent, reopenEvent } from '../../shared/contract/event-closing.ts';
import * as contract from '../../shared/contract/programme.ts';
import { deadlines, dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { secretOf } from '../../shared/runtime/secret.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { announceByRule } from '../../shared/store/announcements/by-rule.ts';
import { attendancePages } from '../../shared/store/attendance/pages.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { countBadgesOf } from '../../shared/store/badges/list.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { eventDeletions } from '../../shared/store/event-deletions.ts';
import { eventStore } from '../../shared/store/events.ts';
import { programmeStore } from '../../shared/store/programme.ts';
import { closing } from './closing.ts';
import { createTopic } from './create-topic.ts';
import { eventCommands } from './events.ts';
import { followGates } from './follow-gates.ts';
import { settings } from './function.ts';
import { importProgramme } from './import-programme.ts';
import { offerNotices } from './offer-notices.ts';
import { getProgramme } from './programme.ts';
import { sessionCommands } from './sessions.ts';

const env = readEnv(settings);
const events = eventStore(dynamo(), env.REGISTRY_TABLE);
const deletions = eventDeletions(dynamo(), env.REGISTRY_TABLE);
const programmes = programmeStore(dynamo(), env.REGISTRY_TABLE);
const event = eventCommands({
  events,
  deletionOf: deletions.of,
  badgesOf: countBadgesOf(dynamo(), env.REGISTRY_TABLE),
  sessionsOf: async (record) => (await programmes.get(record)).sessions,
  secret: secretOf(env.SIGNING_SECRET_ARN),
  createTopic: createTopic({
    sns: new SNSClient(deadlines),
    prefix: env.TOPIC_PREFIX,
    planQueueArn: env.PLAN_QUEUE_ARN,
    logRoleArn: env.DELIVERY_LOG_ROLE_ARN,
  }),
});
const readPage = attendancePages(dynamoClient(), env.ATTENDANCE_TABLE);
const gates = attendanceStore(dynamoClient(), env.ATTENDANCE_TABLE).gates;
const announce = announceByRule(announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE));
const deps = {
  events,
  programmes,
  followGates: followGates(gates),
  offerNotices: offerNotices(announce, Date.now),
};
const session = sessionCommands({ ...deps, readPage });

const { close, reopen, remove } = closing({
  events,
  deletions,
  devices: deviceStore(dynamo(), env.REGISTRY_TABLE),
  clock: Date.now,
});

export const handler = httpApi([
  on(contract.putEvent, event.put),
  on(contract.getEvent, event.get),
  on(closeEvent, close),
  on(reopenEvent, reopen),
  on(deleteEvent, remove),
  on(contract.importProgramme, importProgramme(deps)),
  on(contract.getProgramme, getProgramme({ events, programmes })),
  on(contract.getSession, session.get),
  on(contract.patchSession, session.patch),
  on(contract.deleteSession, session.remove),
]);
