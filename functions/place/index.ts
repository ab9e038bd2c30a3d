import { cached } from '../../shared/runtime/cached.ts';
import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { attendanceRecords } from '../../shared/store/attendance/batch.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { eventStore } from '../../shared/store/events.ts';
import { placeIndex } from '../../shared/store/place-index.ts';
import { programmeStore } from '../../shared/store/programme.ts';
import { settings } from './function.ts';
import { place, type Setting } from './place.ts';

const SETTING_MAX_AGE_MS = 30_000;

const env = readEnv(settings);
const client = dynamoClient();
const events = eventStore(dynamo(), env.REGISTRY_TABLE);
const programmes = programmeStore(dynamo(), env.REGISTRY_TABLE);

const load = async (name: string): Promise<Setting | undefined> => {
  const event = await events.get(name);
  if (!event) return undefined;
  const { sessions } = event.onePlaceAtATime ? await programmes.get(event) : { sessions: [] };
  return {
    onePlaceAtATime: event.onePlaceAtATime,
    sessions: new Map(sessions.map((session) => [session.sessionId, session])),
  };
};
const remembered = cached(load, { maxAgeMs: SETTING_MAX_AGE_MS });

export const handler = place({
  setting: (event, fresh = false) => (fresh ? load(event) : remembered(event)),
  attendance: attendanceStore(client, env.ATTENDANCE_TABLE),
  records: attendanceRecords(client, env.ATTENDANCE_TABLE),
  places: placeIndex(dynamo(), env.REGISTRY_TABLE),
});
