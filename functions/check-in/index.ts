import { annulScan, createCheckIns } from '../../shared/contract/check-ins.ts';
import { createWalkIn } from '../../shared/contract/walk-ins.ts';
import { cached } from '../../shared/runtime/cached.ts';
import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { heardOf } from '../../shared/runtime/heard-of.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { attendanceStore } from '../../shared/store/attendance/records.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { counterReader } from '../../shared/store/counts/read.ts';
import { doorDevices } from '../../shared/store/door-devices.ts';
import { eventStore } from '../../shared/store/events.ts';
import { programmeStore } from '../../shared/store/programme.ts';
import { annul } from './annul.ts';
import { checkIn } from './check-in.ts';
import { conferences } from './conference.ts';
import { settings } from './function.ts';
import { walkIn } from './walk-in.ts';

/** Names of devices are shown to people only; a new one may be a minute late. */
const DEVICE_NAMES_MAX_AGE_MS = 60_000;

const env = readEnv(settings);
const client = dynamoClient();
const devices = doorDevices(dynamo(), env.REGISTRY_TABLE);

const badges = badgeStore(dynamo(), env.REGISTRY_TABLE);
const deps = {
  badges,
  attendance: attendanceStore(client, env.ATTENDANCE_TABLE),
  conferences: conferences({
    events: eventStore(dynamo(), env.REGISTRY_TABLE),
    programmes: programmeStore(dynamo(), env.REGISTRY_TABLE),
    badges,
    counts: counterReader(client, env.COUNTS_TABLE),
    clock: Date.now,
  }),
  badgeNames: badges.getAll,
  deviceNames: cached(
    async (event) => {
      const names = new Map((await devices.all(event)).map(({ deviceId, name }) => [deviceId, name]));
      return (deviceId: string) => names.get(deviceId) ?? deviceId;
    },
    { maxAgeMs: DEVICE_NAMES_MAX_AGE_MS },
  ),
  heardOf: heardOf(devices, Date.now),
  clock: Date.now,
};

export const handler = httpApi([
  on(createCheckIns, checkIn(deps)),
  on(annulScan, annul(deps)),
  on(createWalkIn, walkIn(deps)),
]);
