import type { Context } from 'aws-lambda';
import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { eventReader } from '../../shared/store/events.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { settings } from './function.ts';
import { sessionEnd } from './session-end.ts';

/** A run ends this long before Lambda would end it, ms. */
const SPARE_MS = 10_000;
const MAX_CHECK_OUTS = 5_000;

const env = readEnv(settings);
const client = dynamoClient();

const run = sessionEnd({
  events: eventReader(dynamo(), env.REGISTRY_TABLE),
  programmes: programmeReader(dynamo(), env.REGISTRY_TABLE),
  counts: countStore(client, env.COUNTS_TABLE),
  attendance: attendanceStore(client, env.ATTENDANCE_TABLE),
  clock: Date.now,
});

export const handler = async (_event: unknown, context: Context) =>
  run({ until: Date.now() + context.getRemainingTimeInMillis() - SPARE_MS, checkOuts: MAX_CHECK_OUTS });
