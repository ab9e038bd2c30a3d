import { dynamo, dynamoClient } from '../runtime/clients.ts';
import type { Settings } from '../runtime/env.ts';
import { heardOf } from '../runtime/heard-of.ts';
import { doorAttendance } from '../store/attendance/records.ts';
import type { DoorBadges } from '../store/badges/door.ts';
import { insideReader } from '../store/counts/read.ts';
import { doorDevices } from '../store/door-devices.ts';
import { doorProgrammes } from '../store/door-programme.ts';
import type { CheckInDeps } from './check-in.ts';
import { conferences } from './conference.ts';
import { deviceNames } from './device-names.ts';

/** What every function that decides scans works with. */
export const doorDeps = (
  env: Settings<'ATTENDANCE_TABLE' | 'COUNTS_TABLE' | 'REGISTRY_TABLE'>,
  badges: DoorBadges,
): CheckInDeps => {
  const client = dynamoClient();
  const registry = [dynamo(), env.REGISTRY_TABLE] as const;
  const devices = doorDevices(...registry);
  return {
    attendance: doorAttendance(client, env.ATTENDANCE_TABLE),
    conferences: conferences({
      programme: doorProgrammes(...registry),
      badges,
      counts: { inside: insideReader(client, env.COUNTS_TABLE) },
      clock: Date.now,
    }),
    badgeNames: badges.names,
    deviceNameOf: deviceNames(devices.names, Date.now),
    heardOf: heardOf(devices, Date.now),
    clock: Date.now,
  };
};
