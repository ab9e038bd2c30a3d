import { setTimeout as sleep } from 'node:timers/promises';
import type { Histogram } from 'hdr-histogram-js';
import type { Credentials } from '../local/credentials.ts';
import type { Outcome } from '../programmes/gdec-2023/programme.ts';
import { ApiProblem } from '../shared/client/api.ts';
import type { Breaches } from './breaches.ts';
import type { Client, Course } from './client.ts';
import type { Subscriber } from './inbox.ts';
import { latencies } from './latencies.ts';
import { type Queue, startQueue } from './queue.ts';
import { startWebhook, type Webhook } from './webhook.ts';

/** The closing ceremony of the rehearsal starts this long after the first outcome is out. */
const EMBARGO_MS = 15_000;
/** Subscribers may wait this long after an announcement is due: releases are looked for once a minute. */
const ARRIVES_WITHIN_MS = 90_000;
/** How long repeats are waited for after everything has arrived. */
const REPEATS_MS = 2_000;
const WATCH_EVERY_MS = 500;

export interface Press {
  readonly client: Client;
  readonly credentials: Credentials;
}

interface Announced {
  readonly announcementId: string;
  readonly title: string;
  readonly languages: readonly string[];
  /** Not to be seen before this, ms since 1970. */
  readonly notBefore: number;
}

const subscribe = (press: Press, protocol: 'https' | 'sqs', { endpoint, language }: Webhook | Queue) =>
  press.client.as().call('POST /v1/events/{event}/subscriptions', {
    params: { event: press.credentials.event },
    body: { protocol, endpoint, language },
  });

/** A webhook and, where the host says how to make one, a queue for each language, subscribed and confirmed. */
export const subscribeAll = async (press: Press, languages: readonly string[]): Promise<Subscriber[]> => {
  const subscribers: Subscriber[] = [];
  const { origin } = new URL(press.client.baseUrl);
  for (const language of languages) {
    const webhook = await startWebhook(language, origin);
    subscribers.push(webhook);
    await subscribe(press, 'https', webhook);
    await webhook.confirmed();
    if (press.credentials.aws === undefined) continue;
    const queue = await startQueue(language, press.credentials.aws);
    subscribers.push(queue);
    await subscribe(press, 'sqs', queue);
  }
  return subscribers;
};

/** A change whose answer was lost is refused when it is sent again; that it took effect is seen on delivery. */
const unlessRepeated =
  (course: Course) =>
  (error: unknown): void => {
    const mayHaveTakenEffect = course.attempts > 1 && error instanceof ApiProblem;
    if (!mayHaveTakenEffect || (error.status !== 409 && error.status !== 412)) throw error;
  };

const ANNOUNCEMENTS = '/v1/events/{event}/announcements';
const ANNOUNCEMENT = `${ANNOUNCEMENTS}/{announcement}` as const;

const announce = async (
  { client, credentials: { event, pressToken } }: Press,
  { kind, topics, sessionId, content, publish }: Outcome,
  closingAt: number,
): Promise<Announced> => {
  const course: Course = { attempts: 1, tookMs: 0 };
  const drafted = await client.as(pressToken).call(`POST ${ANNOUNCEMENTS}`, {
    params: { event },
    body: { kind, topics, content, ...(sessionId !== undefined && { sessionId }) },
  });
  const { announcementId } = drafted.body;
  const change = { params: { event, announcement: announcementId }, ifMatch: drafted.etag };
  const api = client.as(pressToken, course);
  const underEmbargo = publish === 'at-closing-ceremony';
  const notBefore = underEmbargo ? closingAt : Date.now();
  const releasing = underEmbargo
    ? api.call(`POST ${ANNOUNCEMENT}/schedule`, {
        ...change,
        body: { publishAt: new Date(closingAt).toISOString() },
      })
    : api.call(`POST ${ANNOUNCEMENT}/publish`, change);
  await releasing.catch(unlessRepeated(course));
  return { announcementId, title: content.en.title, languages: Object.keys(content), notBefore };
};

/** As it should be before its time. */
const notThere = (error: unknown): null => {
  if (error instanceof ApiProblem && error.status === 404) return null;
  throw error;
};

/** Looks at what everybody may see, until the embargo ends, for what nobody should see yet. */
const watchEmbargo = async (
  { client, credentials }: Press,
  announced: readonly Announced[],
  breaches: Breaches,
): Promise<void> => {
  const secret = announced.filter(({ notBefore }) => notBefore > Date.now());
  const [first] = secret;
  if (!first) return;
  const api = client.as();
  const params = { event: credentials.event };
  const places = {
    announcements: () => api.call(`GET ${ANNOUNCEMENTS}`, { params }),
    'feed.json': () => api.call(`GET ${ANNOUNCEMENTS}/feed.json`, { params }),
    'feed.atom': () => api.call(`GET ${ANNOUNCEMENTS}/feed.atom`, { params }),
    'its own address': () =>
      api.call(`GET ${ANNOUNCEMENT}`, { params: { ...params, announcement: first.announcementId } }),
  };
  const lifted = Math.min(...secret.map(({ notBefore }) => notBefore));
  const seen = new Set<string>();
  while (Date.now() < lifted - WATCH_EVERY_MS) {
    for (const [place, look] of Object.entries(places)) {
      const text = JSON.stringify(await look().then(({ body }) => body, notThere));
      if (Date.now() >= lifted) continue;
      for (const { announcementId, title } of secret) {
        if (!text.includes(announcementId) || seen.has(announcementId)) continue;
        seen.add(announcementId);
        breaches.add('I7', `"${title}" was public at ${place} before its time`);
      }
    }
    await sleep(WATCH_EVERY_MS);
  }
};

export interface Deliveries {
  readonly announcements: number;
  readonly underEmbargo: number;
  readonly subscribers: readonly {
    name: string;
    wanted: number;
    arrived: number;
    repeats: number;
    faults: number;
  }[];
  /** From the moment an announcement was due to its arrival. */
  readonly arrivalMicros: Histogram;
}

const countsOf = (subscriber: Subscriber, announced: readonly Announced[]) => {
  const wanted = announced.filter(({ languages }) => languages.includes(subscriber.language));
  const received = new Map<string, number>();
  for (const { event } of subscriber.arrivals) received.set(event.id, (received.get(event.id) ?? 0) + 1);
  const idOf = ({ announcementId }: Announced) => `${announcementId}.1.${subscriber.language}`;
  const arrived = wanted.filter((each) => received.has(idOf(each)));
  const missing = wanted.filter((each) => !received.has(idOf(each)));
  const repeats = [...received.values()].reduce((sum, times) => sum + times - 1, 0);
  return { wanted: wanted.length, arrived: arrived.length, missing, repeats };
};

const judge = (
  subscriber: Subscriber,
  announced: readonly Announced[],
  { breaches, mayRepeat }: { readonly breaches: Breaches; readonly mayRepeat: () => boolean },
  arrivalMicros: Histogram,
) => {
  const { name, arrivals, faults, language } = subscriber;
  const { wanted, arrived, missing, repeats } = countsOf(subscriber, announced);
  for (const { title } of missing) breaches.add('I7', `"${title}" did not reach ${name}`);
  for (const fault of faults) breaches.add('I7', `${name}: ${fault}`);
  if (repeats > 0 && !mayRepeat()) breaches.add('I7', `${name} received ${repeats} messages again`);
  const known = new Map(announced.map((each) => [each.announcementId, each]));
  for (const { at, event } of arrivals) {
    const due = known.get(event.data.announcementId)?.notBefore;
    if (due === undefined) continue;
    if (at < due) breaches.add('I7', `"${event.data.title}" reached ${name} ${due - at} ms before its time`);
    if (event.data.language !== language) breaches.add('I7', `${name} received ${event.id}`);
    arrivalMicros.recordValue(Math.max(1, (at - due) * 1_000));
  }
  return { name, wanted, arrived, repeats, faults: faults.length };
};

/**
 * Publishes the outcomes, schedules those of the closing ceremony, and waits until every subscriber has
 * every edition in its language.
 */
export const announceOutcomes = async (
  press: Press,
  outcomes: readonly Outcome[],
  subscribers: readonly Subscriber[],
  judging: { readonly breaches: Breaches; readonly mayRepeat: () => boolean },
): Promise<Deliveries> => {
  const closingAt = Date.now() + EMBARGO_MS;
  const announced: Announced[] = [];
  for (const outcome of outcomes) announced.push(await announce(press, outcome, closingAt));
  await watchEmbargo(press, announced, judging.breaches);

  const giveUpAt = Math.max(...announced.map(({ notBefore }) => notBefore)) + ARRIVES_WITHIN_MS;
  const complete = () =>
    subscribers.every((subscriber) => countsOf(subscriber, announced).missing.length === 0);
  while (!complete() && Date.now() < giveUpAt) await sleep(WATCH_EVERY_MS / 5);
  await sleep(REPEATS_MS);

  const arrivalMicros = latencies();
  return {
    announcements: announced.length,
    underEmbargo: outcomes.filter(({ publish }) => publish === 'at-closing-ceremony').length,
    subscribers: subscribers.map((subscriber) => judge(subscriber, announced, judging, arrivalMicros)),
    arrivalMicros,
  };
};
