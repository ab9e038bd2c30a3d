import { checkInCall } from '../../shared/contract/scans.ts';
import { checkIn } from '../../shared/door/check-in.ts';
import { doorDeps } from '../../shared/door/deps.ts';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { doorBadges } from '../../shared/store/badges/door.ts';
import { settings } from './function.ts';

const env = readEnv(settings);

export const handler = httpApi([
  on(checkInCall, checkIn(doorDeps(env, doorBadges(dynamo(), env.REGISTRY_TABLE)))),
]);
