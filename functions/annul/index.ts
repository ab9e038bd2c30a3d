import { annulScan } from '../../shared/contract/annulments.ts';
import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { eventReader } from '../../shared/store/events.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { annul } from './annul.ts';
import { settings } from './function.ts';

const env = readEnv(settings);
const events = eventReader(dynamo(), env.REGISTRY_TABLE);
const programmes = programmeReader(dynamo(), env.REGISTRY_TABLE);

export const handler = httpApi([
  on(
    annulScan,
    annul({
      attendance: attendanceStore(dynamoClient(), env.ATTENDANCE_TABLE),
      session: async (event, sessionId) => programmes.getSession(await events.existing(event), sessionId),
      clock: Date.now,
    }),
  ),
]);
