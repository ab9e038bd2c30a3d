import { createWalkIn } from '../../shared/contract/walk-ins.ts';
import { doorDeps } from '../../shared/door/deps.ts';
import { dynamo } from '../../shared/runtime/clients.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { eventReader } from '../../shared/store/events.ts';
import { settings } from './function.ts';
import { walkIn } from './walk-in.ts';

const env = readEnv(settings);
const badges = badgeStore(dynamo(), env.REGISTRY_TABLE);

export const handler = httpApi([
  on(
    createWalkIn,
    walkIn({ ...doorDeps(env, badges), badges, event: eventReader(dynamo(), env.REGISTRY_TABLE).existing }),
  ),
]);
