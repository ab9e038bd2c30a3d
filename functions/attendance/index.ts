import * as contract from '../../shared/contract/attendance.ts';
import { createHeadCount } from '../../shared/contract/head-counts.ts';
import { cached } from '../../shared/runtime/cached.ts';
import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { liveChannels } from '../../shared/runtime/live/channel.ts';
import { secretOf } from '../../shared/runtime/secret.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { headCounts } from '../../shared/store/counts/head-counts.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { eventReader } from '../../shared/store/events.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { attendanceOfEvent, attendanceOfSession } from './attendance.ts';
import { settings } from './function.ts';
import { addHeadCount } from './head-count.ts';
import { liveOf } from './live.ts';
import { verify } from './verify.ts';

/** Titles, capacities and devices may be this old beside fresh counts, in ms. */
const PROGRAMME_MAX_AGE_MS = 5_000;

const env = readEnv(settings);
const client = dynamoClient();
const maxAge = { maxAgeMs: PROGRAMME_MAX_AGE_MS };

const deps = {
  attendance: attendanceStore(client, env.ATTENDANCE_TABLE),
  counts: countStore(client, env.COUNTS_TABLE),
  heads: headCounts(client, env.COUNTS_TABLE),
  event: cached(eventReader(dynamo(), env.REGISTRY_TABLE).existing, maxAge),
  programme: cached(programmeReader(dynamo(), env.REGISTRY_TABLE).get, maxAge),
  devices: cached(deviceStore(dynamo(), env.REGISTRY_TABLE).all, maxAge),
  clock: Date.now,
};

export const handler = httpApi([
  on(contract.getAttendance, attendanceOfEvent(deps)),
  on(contract.getSessionAttendance, attendanceOfSession(deps)),
  on(createHeadCount, addHeadCount(deps)),
  on(
    contract.getLive,
    liveOf({ ...deps, channels: liveChannels(secretOf(env.SEALING_SECRET_ARN)), settings: env }),
  ),
  on(contract.verifyCounts, verify(deps)),
]);
