import * as contract from '../../shared/contract/attendees.ts';
import { exportBadges } from '../../shared/contract/badge-lists.ts';
import { cached } from '../../shared/runtime/cached.ts';
import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { cursors } from '../../shared/runtime/cursors.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { secretOf } from '../../shared/runtime/secret.ts';
import { attendancePages } from '../../shared/store/attendance/pages.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { eventReader } from '../../shared/store/events.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { badgesCsv } from './badges.ts';
import { attendanceCsv, attendees, attendeesCsv } from './export.ts';
import { settings } from './function.ts';

/** Titles and times may be this old beside fresh records, in ms. */
const PROGRAMME_MAX_AGE_MS = 5_000;

const env = readEnv(settings);
const client = dynamoClient();
const maxAge = { maxAgeMs: PROGRAMME_MAX_AGE_MS };

const deps = {
  event: cached(eventReader(dynamo(), env.REGISTRY_TABLE).existing, maxAge),
  programme: cached(programmeReader(dynamo(), env.REGISTRY_TABLE).get, maxAge),
  readPage: attendancePages(client, env.ATTENDANCE_TABLE),
  counts: countStore(client, env.COUNTS_TABLE),
  badges: badgeStore(dynamo(), env.REGISTRY_TABLE),
  clock: Date.now,
};

export const handler = httpApi([
  on(contract.listAttendees, attendees({ ...deps, cursors: cursors(secretOf(env.SEALING_SECRET_ARN)) })),
  on(contract.exportAttendees, attendeesCsv(deps)),
  on(exportBadges, badgesCsv(deps)),
  on(contract.exportAttendance, attendanceCsv(deps)),
]);
