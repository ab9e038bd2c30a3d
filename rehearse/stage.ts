import { setTimeout as sleep } from 'node:timers/promises';
import type { Credentials } from '../local/credentials.ts';
import type { ApiBody } from '../shared/client/api.ts';
import type { Client } from './client.ts';
import { readCounts } from './counts.ts';
import type { Crowd } from './crowd.ts';
import type { Stage } from './play.ts';
import type { CrowdBadge, ForumRoom } from './scene.ts';

/** By the contract a revoked badge is refused and a changed session known at every door within a minute. */
const SETTLE_MS = 31_000;
/** Played sessions end this long from now at the earliest, so that nobody is checked out in the middle. */
const ENDS_IN_MS = 2 * 3_600_000;
/** No scan is newer than this, so that a device's fast clock (up to 90 s) is not ahead of the host's. */
const PAST_MS = 120_000;

/** The ledger knows these rules; a session with others would be played with these. */
const DEFAULT_ADMISSION = {
  categories: null,
  reentry: 'after-exit',
  opensAt: null,
  closesAt: null,
  capacityMode: 'advisory',
} as const;

type Session = ApiBody<'GET /v1/events/{event}/programme'>['sessions'][number];

export interface Host {
  readonly client: Client;
  readonly credentials: Credentials;
  /** Whether the rehearsal started the host itself: then no door can hold anything older in its cache. */
  readonly own: boolean;
  readonly say: (line: string) => void;
}

const organizer = ({ client, credentials: { event, organizerToken } }: Host) => ({
  api: client.as(organizerToken),
  params: { event },
});

export const readSessions = async (host: Host): Promise<Session[]> => {
  const { api, params } = organizer(host);
  return (await api.call('GET /v1/events/{event}/programme', { params })).body.sessions;
};

/** The slots of forums and seminars in one venue, fullest first. */
export const forumSlots = (sessions: readonly Session[], venueId = 'cncc'): ForumRoom[][] => {
  const slots = new Map<string, ForumRoom[]>();
  for (const { sessionId, kind, venueId: venue, startsAt, admission } of sessions) {
    if (venue !== venueId || !['forum', 'seminar'].includes(kind) || sessionId === 'main-forum') continue;
    if (isCopy(sessionId)) continue;
    slots.set(startsAt, [...(slots.get(startsAt) ?? []), { sessionId, capacity: admission.capacity ?? 200 }]);
  }
  return [...slots.values()].sort((a, b) => b.length - a.length);
};

const COPY = /-rehearsal-\d+$/;
const isCopy = (sessionId: string): boolean => COPY.test(sessionId);

/** Revokes the badges. On a host that was running already `setStage` waits until every door knows. */
export const revokeBadges = async (host: Host, badges: readonly CrowdBadge[]): Promise<void> => {
  const { api, params } = organizer(host);
  for (const { badgeId: badge } of badges) {
    await api.call('POST /v1/events/{event}/badges/{badge}/revoke', {
      params: { ...params, badge },
      body: { reason: 'revoked for the rehearsal' },
    });
  }
};

export interface SetStage extends Stage {
  readonly deviceIds: readonly string[];
}

const pairDevices = async (host: Host, count: number) => {
  const { api, params } = organizer(host);
  const deviceIds: string[] = [];
  const tokens: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const body = { name: `Rehearsal door ${number}`, role: 'scanner' } as const;
    const { deviceId, pairingCode } = (await api.call('POST /v1/events/{event}/devices', { params, body }))
      .body;
    deviceIds.push(deviceId);
    tokens.push((await api.call('POST /v1/devices/pair', { body: { pairingCode } })).body.token);
  }
  return { deviceIds, tokens };
};

/** Takes the devices' tokens back, so that a host that goes on running keeps no door that nobody guards. */
export const leaveStage = async (host: Host, { deviceIds }: SetStage): Promise<void> => {
  const { api, params } = organizer(host);
  for (const device of deviceIds) {
    await api.call('POST /v1/events/{event}/devices/{device}/revoke', { params: { ...params, device } });
  }
};

/**
 * Sessions in which nothing has happened are played themselves; were they used before, all of them are
 * copied under `<sessionId>-rehearsal-<n>`, so that the ledger starts from nothing.
 */
const namesOnHost = async (
  host: Host,
  sessions: readonly Session[],
  crowd: Crowd,
): Promise<Map<string, string>> => {
  const { client, credentials } = host;
  const counts = await readCounts({ client, event: credentials.event, viewerToken: credentials.viewerToken });
  const wanted = new Set(crowd.sessions.map(({ sessionId }) => sessionId));
  const used = counts.some(
    ({ sessionId, entries, exits, refused }) => wanted.has(sessionId) && entries + exits + refused > 0,
  );
  const known = new Set(sessions.map(({ sessionId }) => sessionId));
  let number = 2;
  while ([...wanted].some((sessionId) => known.has(`${sessionId}-rehearsal-${number}`))) number += 1;
  return new Map(
    [...wanted].map((sessionId) => [sessionId, used ? `${sessionId}-rehearsal-${number}` : sessionId]),
  );
};

/**
 * Prepares the host: pairs the devices and moves the played sessions on the host's calendar so that their last
 * scan lies two minutes back.
 */
export const setStage = async (host: Host, sessions: readonly Session[], crowd: Crowd): Promise<SetStage> => {
  const sessionIds = await namesOnHost(host, sessions, crowd);
  const now = Date.now();
  const beginsAt = now - PAST_MS - crowd.durationMs;
  const moved = crowd.sessions.flatMap(({ sessionId, startsMs, endsMs }) => {
    const original = sessions.find((each) => each.sessionId === sessionId);
    if (!original) return [];
    return {
      ...original,
      sessionId: sessionIds.get(sessionId) ?? sessionId,
      startsAt: new Date(beginsAt + startsMs).toISOString(),
      endsAt: new Date(Math.max(beginsAt + endsMs, now + ENDS_IN_MS)).toISOString(),
      admission: { ...DEFAULT_ADMISSION, capacity: original.admission.capacity },
    };
  });
  const { api, params } = organizer(host);
  const body = { venues: [], sessions: moved };
  const { errors } = (await api.call('POST /v1/events/{event}/programme', { params, body })).body;
  if (errors.length > 0) throw new Error(`the played sessions were refused: ${JSON.stringify(errors)}`);
  host.say(`pairing ${crowd.devices} devices`);
  const devices = await pairDevices(host, crowd.devices);
  if (!host.own) {
    host.say('waiting half a minute until every door knows of revocations and sessions');
    await sleep(SETTLE_MS);
  }
  return { client: host.client, event: host.credentials.event, ...devices, sessionIds, beginsAt };
};
