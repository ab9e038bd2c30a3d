import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { type Credentials, readBadges } from '../../local/credentials.ts';
import { readOutcomes } from '../../programmes/gdec-2023/programme.ts';
import { type ApiClient, apiClient } from '../../shared/client/api.ts';

/** A page of a host, and what is its own on it. */
export interface EveryPage {
  readonly name: string;
  readonly path: string;
  /** Selector of its content: not of its frame, nor of a word that it loads. */
  readonly content: string;
}

/** Other people's mails: no script runs in this page, not even one that looks at it. */
export const OUTBOX = 'outbox';
const CROWD = 400;
const ROOMS = 8;
const OUTCOMES = 6;
const HOUR_MS = 3_600_000;
const MAIL_WITHIN_MS = 20_000;
const SUBSCRIPTION = /\/v1\/subscriptions\/[^\s"<>]+/;

/** People in nine rooms, one of them full and one filling. */
const bringPeople = async (organizer: ApiClient, credentials: Credentials): Promise<void> => {
  const { baseUrl, event, devices } = credentials;
  const params = { event };
  const crowd = readBadges(credentials.badges).slice(0, CROWD);
  const door = apiClient({ baseUrl, token: devices[0]?.token });
  const { body: programme } = await organizer.call('GET /v1/events/{event}/programme', { params });
  const some = programme.sessions.slice(0, ROOMS).map(({ sessionId }) => sessionId);
  for (const [index, sessionId] of ['opening-ceremony', ...some].entries()) {
    const scans = crowd.slice(index * 40, index * 40 + 40 - index * 4).map(({ code }, nth) => ({
      scanId: crypto.randomUUID(),
      sessionId,
      badge: code,
      scannedAt: new Date(Date.now() - nth * 9_000).toISOString(),
      admittedOffline: true,
    }));
    await door.call('POST /v1/events/{event}/check-ins', { params, body: { scans } });
  }
  // Whatever the hour is at the conference, two sessions are going on.
  const [startsAt, endsAt] = [-1, 2].map((hours) => new Date(Date.now() + hours * HOUR_MS).toISOString());
  for (const sessionId of some.slice(0, 2)) {
    const at = { params: { event, session: sessionId } };
    const { etag: ifMatch } = await organizer.call('GET /v1/events/{event}/sessions/{session}', at);
    const body = { startsAt, endsAt, admission: { capacity: 36 } };
    await organizer.call('PATCH /v1/events/{event}/sessions/{session}', { ...at, body, ifMatch });
  }
};

/** Outcomes that are out, and one that is to come. @returns paths of one that is out, and of a link to the other */
const announce = async (organizer: ApiClient, { baseUrl, event }: Credentials) => {
  const params = { event };
  const draft = ({ kind, topics, content }: ReturnType<typeof readOutcomes>[number]) =>
    organizer.call('POST /v1/events/{event}/announcements', { params, body: { kind, topics, content } });
  const [next, ...outcomes] = readOutcomes().slice(0, OUTCOMES + 1);
  let out = '';
  for (const outcome of outcomes) {
    const { body, etag: ifMatch } = await draft(outcome);
    out = body.announcementId;
    const change = { params: { event, announcement: out }, ifMatch };
    await organizer.call('POST /v1/events/{event}/announcements/{announcement}/publish', change);
  }
  if (!next) throw new Error('the programme has no outcomes');
  const { body, etag: ifMatch } = await draft(next);
  const at = { params: { event, announcement: body.announcementId } };
  const publishAt = new Date(Date.now() + HOUR_MS).toISOString();
  const schedule = 'POST /v1/events/{event}/announcements/{announcement}/schedule';
  await organizer.call(schedule, { ...at, ifMatch, body: { publishAt } });
  const link = await organizer.call('POST /v1/events/{event}/announcements/{announcement}/previews', {
    ...at,
    body: { to: 'Ada Lovelace' },
  });
  return { out: `/announcements/${event}/${out}`, preview: new URL(link.body.url, baseUrl).pathname };
};

/** Asks for announcements by mail. @returns path of the page that the mail leads to */
const subscribe = async ({ baseUrl, event }: Credentials, outbox: string): Promise<string> => {
  const body = { protocol: 'email', endpoint: 'ada@example.org', language: 'en' } as const;
  await apiClient({ baseUrl }).call('POST /v1/events/{event}/subscriptions', { params: { event }, body });
  for (const until = Date.now() + MAIL_WITHIN_MS; Date.now() < until; await sleep(100)) {
    const [mail] = readdirSync(outbox).filter((name) => name.endsWith('.eml'));
    const { text = '' } = mail ? await PostalMime.parse(readFileSync(join(outbox, mail))) : {};
    const [path] = SUBSCRIPTION.exec(text) ?? [];
    if (path) return path;
  }
  throw new Error('no mail asks whether the subscription is wanted');
};

/** Fills a host with a conference in full swing. @returns all of its pages, to be looked at as an organizer */
export const fullHouse = async (credentials: Credentials, data: string): Promise<readonly EveryPage[]> => {
  const { baseUrl, event, organizerToken } = credentials;
  const organizer = apiClient({ baseUrl, token: organizerToken });
  await bringPeople(organizer, credentials);
  const { out, preview } = await announce(organizer, credentials);
  const subscription = await subscribe(credentials, join(data, 'outbox'));
  return [
    { name: 'start', path: '/', content: '.venue' },
    { name: 'wall', path: '/organizer', content: '.board tbody tr' },
    { name: 'room', path: '/organizer/rooms/opening-ceremony', content: '.chart canvas' },
    { name: 'doors', path: '/organizer/doors', content: 'tbody tr' },
    { name: 'people', path: '/organizer/people/B-000001', content: 'tbody tr' },
    { name: 'print', path: '/organizer/print', content: '.label' },
    { name: 'import', path: '/organizer/import', content: 'input[type=file]' },
    { name: 'announcements', path: '/organizer/announcements', content: 'article' },
    { name: 'scan', path: '/scan', content: 'main.pair form, main.door' },
    { name: 'notify', path: '/notify', content: 'main button' },
    { name: 'public-announcements', path: `/announcements/${event}`, content: 'ol.list article' },
    { name: 'public-announcement', path: out, content: 'article h1' },
    { name: 'public-rooms', path: `/rooms/${event}`, content: 'table' },
    { name: 'preview', path: preview, content: 'section h1' },
    { name: 'subscription', path: subscription, content: 'form' },
    { name: OUTBOX, path: '/local/outbox', content: 'table' },
  ];
};
