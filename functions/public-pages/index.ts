import * as contract from '../../shared/contract/public-pages.ts';
import { getRooms } from '../../shared/contract/rooms.ts';
import { cached } from '../../shared/runtime/cached.ts';
import { dynamo, dynamoClient } from '../../shared/runtime/clients.ts';
import { cursors } from '../../shared/runtime/cursors.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { secretOf } from '../../shared/runtime/secret.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { countStore } from '../../shared/store/counts/counts.ts';
import { eventReader } from '../../shared/store/events.ts';
import { programmeReader } from '../../shared/store/programme.ts';
import { settings } from './function.ts';
import { publicPages } from './pages.tsx';
import { roomsJson } from './rooms.ts';

const EVENT_CACHE_MS = 15_000;
const COUNTS_CACHE_MS = 5_000;

const env = readEnv(settings);
const events = eventReader(dynamo(), env.REGISTRY_TABLE);
const programmes = programmeReader(dynamo(), env.REGISTRY_TABLE);
const counts = countStore(dynamoClient(), env.COUNTS_TABLE);
const ofEvent = cached(events.existing, { maxAgeMs: EVENT_CACHE_MS });
const programmeOf = cached(async (event) => programmes.get(await ofEvent(event)), {
  maxAgeMs: EVENT_CACHE_MS,
});

const deps = {
  events: events.names,
  event: ofEvent,
  programme: ({ event }: { readonly event: string }) => programmeOf(event),
  counters: cached((event) => counts.list(event), { maxAgeMs: COUNTS_CACHE_MS }),
  announcements: announcementStore(dynamo(), env.ANNOUNCEMENTS_TABLE),
  cursors: cursors(secretOf(env.SEALING_SECRET_ARN)),
  clock: Date.now,
};
const pages = publicPages(deps);

export const handler = httpApi([
  on(getRooms, roomsJson(deps)),
  on(contract.announcementsOfAny, pages.announcementsOfAny),
  on(contract.announcementsPage, pages.announcements),
  on(contract.announcementPage, pages.announcement),
  on(contract.roomsOfAny, pages.roomsOfAny),
  on(contract.roomsPage, pages.rooms),
]);
