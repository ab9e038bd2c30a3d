import * as contract from '../../shared/contract/public-announcements.ts';
import { cached } from '../../shared/runtime/cached.ts';
import { dynamo } from '../../shared/runtime/clients.ts';
import { cursors } from '../../shared/runtime/cursors.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { secretOf } from '../../shared/runtime/secret.ts';
import { peopleVerifier } from '../../shared/runtime/tokens.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { eventReader } from '../../shared/store/events.ts';
import { settings } from './function.ts';
import { publicAnnouncements } from './public-announcements.ts';
import { readerOf } from './reader.ts';

const EVENT_CACHE_MS = 15_000;

const env = readEnv(settings);
const events = eventReader(dynamo(), env.REGISTRY_TABLE);
const { list, get, jsonFeed, atomFeed } = publicAnnouncements({
  announcements: announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  event: cached(events.existing, { maxAgeMs: EVENT_CACHE_MS }),
  cursors: cursors(secretOf(env.SEALING_SECRET_ARN)),
});
const reader = readerOf(peopleVerifier(env));

export const handler = httpApi([
  on(contract.listAnnouncements, list, reader),
  on(contract.getAnnouncement, get, reader),
  on(contract.getJsonFeed, jsonFeed),
  on(contract.getAtomFeed, atomFeed),
]);
