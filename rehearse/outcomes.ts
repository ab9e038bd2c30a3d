import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../programmes/gdec-2023/programme.ts';
import { ApiProblem } from '../shared/client/api.ts';
import type { Breaches } from './breaches.ts';
import { type Channel, languages, type Member } from './channels/audience.ts';
import { Inboxes } from './channels/inboxes.ts';
import { type ChannelFindings, judgeInboxes, missingNewest } from './channels/judge.ts';
import type { Edition } from './channels/newsroom.ts';
import { gatherAudience, type Press } from './channels/subscribe.ts';
import { type Course, unlessRepeated } from './client.ts';

/** The closing ceremony of the rehearsal starts this long after the first outcome is out. */
const EMBARGO_MS = 15_000;
/** Subscribers may wait this long after an announcement is due: releases are looked for once a minute. */
const ARRIVES_WITHIN_MS = 90_000;
/** How long repeats are waited for after everything has arrived. */
const REPEATS_MS = 2_000;
const WATCH_EVERY_MS = 500;

/** Of each channel, one reader for each language. */
const READERS: readonly Channel[] = ['email', 'webhook', 'push', 'https', 'sqs'];

export interface Audience {
  readonly members: readonly Member[];
  readonly inboxes: Inboxes;
  close(): Promise<void>;
}

/**
 * Subscribes somebody by every channel in every language; by queues where the host says how to make one. One of the
 * webhooks fails at first.
 * @param outbox folder in which the host writes its mails
 */
export const subscribeAll = async (press: Press, outbox: string): Promise<Audience> => {
  const members = READERS.filter((channel) => channel !== 'sqs' || press.credentials.aws !== undefined)
    .flatMap((channel) => languages.map((language) => ({ channel, language })))
    .map(({ channel, language }, number): Member => {
      const failsFirst = channel === 'webhook' && language === languages[0];
      return { number, channel, language, kinds: undefined, topics: undefined, failsFirst };
    });
  const inboxes = new Inboxes(members);
  const { close } = await gatherAudience(press, members, inboxes, outbox);
  return { members, inboxes, close };
};

const ANNOUNCEMENTS = '/v1/events/{event}/announcements';
const ANNOUNCEMENT = `${ANNOUNCEMENTS}/{announcement}` as const;

const announce = async (
  { client, credentials: { event, pressToken } }: Press,
  { kind, topics, sessionId, content, publish }: Outcome,
  closingAt: number,
): Promise<Edition> => {
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
  const title = { en: content.en.title, zh: content.zh.title };
  return { story: { kind, topics }, announcementId, edition: 1, notBefore, title };
};

/** As it should be before its time. */
const notThere = (error: unknown): null => {
  if (error instanceof ApiProblem && error.status === 404) return null;
  throw error;
};

/** Looks at what everybody may see, until the embargo ends, for what nobody should see yet. */
const watchEmbargo = async (
  { client, credentials }: Press,
  announced: readonly Edition[],
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
        breaches.add('I7', `"${title.en}" was public at ${place} before its time`);
      }
    }
    await sleep(WATCH_EVERY_MS);
  }
};

export interface Deliveries {
  readonly announcements: number;
  readonly underEmbargo: number;
  readonly channels: readonly ChannelFindings[];
}

/**
 * Publishes the outcomes, schedules those of the closing ceremony, and waits until every subscriber has
 * every edition in its language.
 */
export const announceOutcomes = async (
  press: Press,
  outcomes: readonly Outcome[],
  { members, inboxes }: Audience,
  judging: { readonly breaches: Breaches; readonly kills: () => readonly number[] },
): Promise<Deliveries> => {
  const closingAt = Date.now() + EMBARGO_MS;
  const announced: Edition[] = [];
  for (const outcome of outcomes) announced.push(await announce(press, outcome, closingAt));
  await watchEmbargo(press, announced, judging.breaches);

  const giveUpAt = Math.max(...announced.map(({ notBefore }) => notBefore)) + ARRIVES_WITHIN_MS;
  while (missingNewest(members, announced, inboxes) > 0 && Date.now() < giveUpAt)
    await sleep(WATCH_EVERY_MS / 5);
  await sleep(REPEATS_MS);

  return {
    announcements: announced.length,
    underEmbargo: outcomes.filter(({ publish }) => publish === 'at-closing-ceremony').length,
    channels: judgeInboxes(members, announced, inboxes, {
      kills: judging.kills(),
      breaches: judging.breaches,
    }),
  };
};
