import * as contract from '../../shared/contract/badges.ts';
import { deriveBadgeKey } from '../../shared/runtime/badge-keys.ts';
import { cached } from '../../shared/runtime/cached.ts';
import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { cursors } from '../../shared/runtime/cursors.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, onEvent } from '../../shared/runtime/http.ts';
import { secretOf } from '../../shared/runtime/secret.ts';
import { badgeScans } from '../../shared/store/badges/badge-scans.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { eventReader } from '../../shared/store/events.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { badgeCommands } from './badges.ts';
import { findBadges } from './find-badges.ts';
import { settings } from './function.ts';
import { importBadges } from './import-badges.ts';

const KEY_CACHE_MS = 60_000;
const SESSIONS_CACHE_MS = 30_000;

const env = readEnv(settings);
const badges = badgeStore(dynamo(), env.REGISTRY_TABLE);
const events = eventReader(dynamo(), env.REGISTRY_TABLE);
const programmes = programmeReader(dynamo(), env.REGISTRY_TABLE);
const secret = secretOf(env.SIGNING_SECRET_ARN);

/** The newest of the event's keys signs. */
const signingKey = cached(
  async (name) => {
    const kid = (await events.existing(name)).publicKeys.at(-1)?.kid;
    if (kid === undefined) throw new Error(`the event ${name} has no key`);
    return deriveBadgeKey(await secret(), name, kid);
  },
  { maxAgeMs: KEY_CACHE_MS },
);

/** Asked anew each time: an organizer declares a category and imports its badges. */
const categoriesOf = async (event: string) => (await events.existing(event)).categories;

const deps = {
  badges,
  signingKey,
  sessionsOf: cached(async (event) => (await programmes.get(await events.existing(event))).sessions, {
    maxAgeMs: SESSIONS_CACHE_MS,
  }),
  scansOf: badgeScans(dynamoClient(), env.ATTENDANCE_TABLE),
  clock: Date.now,
};
const { get, remove, revoke, unrevoke, reissue } = badgeCommands(deps);

const ofEvent = onEvent(events.existing);

export const handler = httpApi([
  ofEvent(contract.importBadges, importBadges({ badges, categoriesOf, signingKey, clock: Date.now })),
  ofEvent(contract.findBadges, findBadges({ ...deps, cursors: cursors(secretOf(env.SEALING_SECRET_ARN)) })),
  ofEvent(contract.getBadge, get),
  ofEvent(contract.deleteBadge, remove),
  ofEvent(contract.revokeBadge, revoke),
  ofEvent(contract.unrevokeBadge, unrevoke),
  ofEvent(contract.reissueBadge, reissue),
]);
