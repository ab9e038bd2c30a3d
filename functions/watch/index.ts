import { Metrics } from '@aws-lambda-powertools/metrics';
import { SNSClient } from '@aws-sdk/client-sns';
import { cached } from '../../shared/runtime/cached.ts';
import { deadlines, dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { announceByRule } from '../../shared/store/announcements/by-rule.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { eventReader } from '../../shared/store/events.ts';
import { noticeLedger } from '../../shared/store/notice-ledger.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { settings } from './function.ts';
import { toTopic } from './notify.ts';
import { byTrigger } from './trigger.ts';
import { verificationMetrics } from './verification-metrics.ts';

/** A changed capacity or threshold holds within this time, in ms. */
const PROGRAMME_MAX_AGE_MS = 10_000;

const env = readEnv(settings);
const client = dynamoClient();
const events = eventReader(dynamo(), env.REGISTRY_TABLE);

const deps = {
  events: events.names,
  event: events.get,
  announce: announceByRule(announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE)),
  programme: cached(programmeReader(dynamo(), env.REGISTRY_TABLE).get, { maxAgeMs: PROGRAMME_MAX_AGE_MS }),
  devices: deviceStore(dynamo(), env.REGISTRY_TABLE).all,
  counts: countStore(client, env.COUNTS_TABLE),
  attendance: attendanceStore(client, env.ATTENDANCE_TABLE),
  ledger: noticeLedger(dynamo(), env.COUNTS_TABLE),
  send: toTopic(new SNSClient(deadlines), env.OPERATIONS_TOPIC_ARN),
  measured: verificationMetrics(new Metrics()),
  clock: Date.now,
  told: new Set<string>(),
};

export const handler = byTrigger(deps);
