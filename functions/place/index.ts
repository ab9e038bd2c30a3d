import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { attendanceRecords } from '../../shared/store/attendance/batch.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { eventReader } from '../../shared/store/events.ts';
import { placeIndex } from '../../shared/store/place-index.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { settings } from './function.ts';
import { place } from './place.ts';
import { placeRules } from './rule.ts';

const env = readEnv(settings);
const client = dynamoClient();

export const handler = place({
  rule: placeRules(eventReader(dynamo(), env.REGISTRY_TABLE), programmeReader(dynamo(), env.REGISTRY_TABLE)),
  attendance: attendanceStore(client, env.ATTENDANCE_TABLE),
  records: attendanceRecords(client, env.ATTENDANCE_TABLE),
  places: placeIndex(dynamo(), env.REGISTRY_TABLE),
});
