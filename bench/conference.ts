import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type SeededRandom, seededRandom } from '../programmes/gdec-2023/seeded-random.ts';
import { type ApiClient, apiClient } from '../shared/client/api.ts';
import { defaultCategories } from '../shared/domain/event-words.ts';
import { type BadgeKey, deriveBadgeKey, issueBadgeCode } from '../shared/runtime/badge-keys.ts';
import type { BenchHost } from './bench-host.ts';
import { requestText } from './connection.ts';
import type { ScanRequest } from './load.ts';

export const EVENT = 'bench';
/** Advisory, one key: as most rooms of a conference. */
export const HALL = 'hall';
/** Room for 32,000: its attendance is spread over 16 keys. */
export const ARENA = 'arena';
const ARENA_CAPACITY = 32_000;
const ROOMS = 60;
const ROOM_CAPACITY = 2_000;
export const roomsOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `room-${index + 1}`);
export const rooms = roomsOf(ROOMS);
const HOUR_MS = 3_600_000;
const DEVICES = 12;
const COUNTRIES = ['CN', 'SG', 'AE', 'DK', 'GB', 'JP', 'KR', 'US', 'DE', 'FR', 'HK', 'IN'] as const;

export interface BenchScan {
  readonly scanId: string;
  readonly sessionId: string;
  readonly badge: string;
  readonly badgeId: string;
  readonly scannedAt: string;
}

/** Twelve paired doors, and a crowd of badges that nobody has scanned yet: each of their scans is admitted. */
export interface Doors {
  /** The next badges, one scan each. */
  scans(count: number, sessionOf: (index: number) => string): BenchScan[];
  /** The same as requests of up to `scansEach`. */
  requests(count: number, scansEach: number, sessionOf: (index: number) => string): ScanRequest[];
}

const secrets = z.record(z.string(), z.string());

/** What of a host is needed to open doors at it. */
export type DoorsHost = Pick<BenchHost, 'data' | 'baseUrl' | 'organizerToken'>;

/** What of a host is needed to ask it as its organizer. */
export type ApiHost = Omit<DoorsHost, 'data'>;

/** The API as an organizer sees it. */
export const organizerApi = ({ baseUrl, organizerToken }: ApiHost): ApiClient =>
  apiClient({ baseUrl, token: organizerToken });

export const params = { event: EVENT };

const programme = (roomIds: readonly string[]) => {
  const startsAt = new Date(Date.now() - HOUR_MS).toISOString();
  const endsAt = new Date(Date.now() + 12 * HOUR_MS).toISOString();
  const aSession = (sessionId: string, capacity: number | null) => ({
    sessionId,
    title: { en: sessionId },
    kind: 'forum' as const,
    venueId: 'centre',
    startsAt,
    endsAt,
    admission: { capacity },
  });
  return {
    venues: [{ venueId: 'centre', title: 'Centre', city: 'Beijing', timeZone: 'Asia/Shanghai' }],
    sessions: [
      aSession(HALL, ROOM_CAPACITY),
      aSession(ARENA, ARENA_CAPACITY),
      ...roomIds.map((room) => aSession(room, ROOM_CAPACITY)),
    ],
  };
};

const uuidOf = (random: SeededRandom): string => {
  const word = () =>
    Math.floor(random.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const hex = word() + word() + word() + word();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** Codes are signed here by the event's own key: importing 100,000 badges is not what is measured. */
const keyOf = (host: DoorsHost, kid: string): BadgeKey => {
  const stored = secrets.parse(JSON.parse(readFileSync(join(host.data, 'secrets.json'), 'utf8')));
  const [secret] = Object.values(stored);
  if (secret === undefined) throw new Error('the host has no signing secret');
  return deriveBadgeKey(secret, EVENT, kid);
};

const pairDevices = async (api: ApiClient): Promise<string[]> => {
  const tokens: string[] = [];
  for (let door = 1; door <= DEVICES; door += 1) {
    const body = { name: `Door ${door}`, role: 'scanner' } as const;
    const { pairingCode } = (await api.call('POST /v1/events/{event}/devices', { params, body })).body;
    tokens.push((await api.call('POST /v1/devices/pair', { body: { pairingCode } })).body.token);
  }
  return tokens;
};

/** Sets up an event of a hall, an arena and rooms through the API, as an organizer would. */
export const openDoors = async (host: DoorsHost, seed: number, roomIds = rooms): Promise<Doors> => {
  const api = organizerApi(host);
  const settings = { title: { en: 'Bench' }, timeZone: 'Asia/Shanghai', languages: ['en'] };
  const { publicKeys } = (await api.call('PUT /v1/events/{event}', { params, body: settings })).body;
  const imported = await api.call('POST /v1/events/{event}/programme', { params, body: programme(roomIds) });
  if (imported.body.errors.length > 0) throw new Error(JSON.stringify(imported.body.errors));
  const tokens = await pairDevices(api);
  const key = keyOf(host, publicKeys[0]?.kid ?? '');
  const random = seededRandom(seed);
  let badges = 0;
  let requestsMade = 0;

  const aScan = (sessionId: string): BenchScan => {
    badges += 1;
    const badgeId = `B-${String(badges).padStart(6, '0')}`;
    const { id: category } = random.pick(defaultCategories);
    const country = random.pick(COUNTRIES);
    const badge = issueBadgeCode(key, { event: EVENT, badgeId, category, country });
    return { scanId: uuidOf(random), sessionId, badge, badgeId, scannedAt: new Date().toISOString() };
  };
  const scans: Doors['scans'] = (count, sessionOf) =>
    Array.from({ length: count }, (_, index) => aScan(sessionOf(index)));
  return {
    scans,
    requests: (count, scansEach, sessionOf) => {
      const all = scans(count, sessionOf).map(({ badgeId: _, ...scan }) => scan);
      return Array.from({ length: Math.ceil(count / scansEach) }, (_, request) => {
        const some = all.slice(request * scansEach, (request + 1) * scansEach);
        const token = tokens[requestsMade % tokens.length] ?? '';
        requestsMade += 1;
        const body = JSON.stringify({ scans: some });
        return {
          text: requestText('POST', `/v1/events/${EVENT}/check-ins`, { token, body }),
          scans: some.length,
        };
      });
    },
  };
};
