import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type * as contract from '../../shared/contract/announcements.ts';
import { content as contentSchema } from '../../shared/contract/announcements.ts';
import { Problem, parse, pointer } from '../../shared/contract/problem.ts';
import type { AnnouncementContent, AnnouncementRecord } from '../../shared/domain/announcement.ts';
import {
  type AnnouncementCommand,
  draftAnnouncement,
  type Transition,
  transition,
} from '../../shared/domain/announcement-transition.ts';
import { type ContentPatch, mergeContent } from '../../shared/domain/merge-content.ts';
import { type DueQueue, RELEASE_WINDOW_MS } from '../../shared/runtime/due-queue.ts';
import { assertIfMatch, requireIfMatch, versionTag } from '../../shared/runtime/etag.ts';
import type { Answer, Call, CallOf } from '../../shared/runtime/http.ts';
import { log } from '../../shared/runtime/log.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import { staffAnnouncement } from '../../shared/store/announcements/answers.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import { asStale, foundBy } from './found.ts';

export interface AnnouncementDeps {
  readonly announcements: Pick<AnnouncementStore, 'get' | 'save'>;
  /** Rejects for an unknown event. */
  readonly event: (event: string) => Promise<EventRecord>;
  readonly isSession: (event: EventRecord, sessionId: string) => Promise<boolean>;
  readonly due: DueQueue;
  readonly clock: () => number;
}

/**
 * A record and its edition are one item of at most 400 KB each, and a stream record holds an image before
 * and after. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 * SNS's 256 KB a message, in one language, are kept by the lengths that the contract allows.
 */
const MAX_CONTENT_BYTES = 300_000;

/** Sorts by the time of drafting, which orders the organizers' list. */
const newAnnouncementId = (now: number) =>
  `${now.toString(36).padStart(9, '0')}${randomBytes(6).toString('hex')}`;

const assertFits = (content: AnnouncementContent | undefined): void => {
  const bytes = Buffer.byteLength(JSON.stringify(content ?? {}));
  if (bytes <= MAX_CONTENT_BYTES) return;
  throw new Problem(
    'payload-too-large',
    `The texts of all languages have ${bytes} bytes; together they may have ${MAX_CONTENT_BYTES}. Shorten them and link to the rest.`,
    { errors: [{ pointer: '/content', detail: `has more than ${MAX_CONTENT_BYTES} bytes` }] },
  );
};

/** The texts as they will be, judged as a whole: a language that is new needs a title and a body. */
const merged = (record: AnnouncementRecord, patch: ContentPatch): AnnouncementContent =>
  parse(z.object({ content: contentSchema }), { content: mergeContent(record.content, patch) }, 'The body')
    .content;

const PAST: Record<AnnouncementCommand['name'], string> = {
  patch: 'changed',
  schedule: 'scheduled',
  unschedule: 'unscheduled',
  publish: 'published',
  release: 'released',
  correct: 'corrected',
  retract: 'retracted',
};

const settled = (result: Transition): Extract<Transition, { outcome: 'changed' }> => {
  switch (result.outcome) {
    case 'changed':
      return result;
    case 'invalid': {
      const errors = result.places.map(({ path, detail }) => ({ pointer: pointer(path), detail }));
      throw new Problem('validation', `The body is not valid: ${errors[0]?.pointer} ${errors[0]?.detail}`, {
        errors,
      });
    }
    case 'illegal':
      throw new Problem(
        'illegal-transition',
        `It is ${result.state}: it cannot be ${PAST[result.command]} (${result.command})`,
      );
    case 'early':
      throw new Problem('illegal-transition', 'It is under embargo still');
  }
};

const answer = (status: number, event: string, record: AnnouncementRecord): Answer => ({
  status,
  body: staffAnnouncement(record),
  headers: {
    etag: versionTag(record.version),
    ...(status === 201 && { location: `/v1/events/${event}/announcements/${record.announcementId}` }),
  },
});

/** Subscribers narrow down to a session: one that is not there reaches nobody who meant another. */
const assertSession = async (
  { isSession }: AnnouncementDeps,
  event: EventRecord,
  sessionId: string | null | undefined,
): Promise<void> => {
  if (!sessionId || (await isSession(event, sessionId))) return;
  const detail = `there is no session ${sessionId}`;
  throw new Problem('validation', `The body is not valid: /sessionId ${detail}`, {
    errors: [{ pointer: '/sessionId', detail }],
  });
};

export const announcementCommands = (deps: AnnouncementDeps) => {
  const { announcements, event: eventOf, due, clock } = deps;
  /** What becomes due before the next run of `release` could see it is put on the queue here. */
  const wakeSoon = async (event: string, record: AnnouncementRecord, now: number) => {
    const { state, announcementId, publishAt } = record;
    if (state !== 'scheduled' || publishAt === null || publishAt > now + RELEASE_WINDOW_MS) return;
    try {
      await due.send([{ event, announcementId, publishAt }], now);
    } catch (error) {
      // It is stored, and `release` finds it within a minute: late, not lost.
      log.warn('wake-up not queued', {
        announcementId,
        error: error instanceof Error ? error.name : 'unknown',
      });
    }
  };

  const command =
    <C extends Pick<Call<{ event: string; announcement: string }, unknown, unknown>, 'params' | 'headers'>>(
      commandOf: (call: C, record: AnnouncementRecord) => AnnouncementCommand,
    ) =>
    async (call: C): Promise<Answer> => {
      const { event: slug } = call.params;
      requireIfMatch(call.headers);
      const { event, record } = await foundBy({ announcements, event: eventOf }, call.params);
      assertIfMatch(call.headers, versionTag(record.version));
      const now = clock();
      const wanted = commandOf(call, record);
      if (wanted.name === 'patch') await assertSession(deps, event, wanted.changes.sessionId);
      const next = settled(transition(record, wanted, { now, languages: event.languages }));
      assertFits(next.record.content);
      await announcements.save(slug, next.record, next.edition).catch(asStale);
      await wakeSoon(slug, next.record, now);
      return answer(200, slug, next.record);
    };

  return {
    create: async ({ params, body }: CallOf<typeof contract.createAnnouncement>): Promise<Answer> => {
      const event = await eventOf(params.event);
      await assertSession(deps, event, body.sessionId);
      const now = clock();
      const { record } = settled(
        draftAnnouncement(
          newAnnouncementId(now),
          { ...body, sessionId: body.sessionId ?? null },
          { now, languages: event.languages },
        ),
      );
      assertFits(record.content);
      await announcements.save(params.event, record, null);
      return answer(201, params.event, record);
    },
    patch: command(({ body }: CallOf<typeof contract.patchAnnouncement>, record) => ({
      name: 'patch',
      changes: { ...body, content: body.content && merged(record, body.content) },
    })),
    schedule: command(({ body }: CallOf<typeof contract.scheduleAnnouncement>) => ({
      name: 'schedule',
      publishAt: body.publishAt,
    })),
    unschedule: command((_call: CallOf<typeof contract.unscheduleAnnouncement>) => ({ name: 'unschedule' })),
    publish: command((_call: CallOf<typeof contract.publishAnnouncement>) => ({ name: 'publish' })),
    correct: command(({ body }: CallOf<typeof contract.correctAnnouncement>, record) => ({
      name: 'correct',
      content: merged(record, body.content),
      note: body.note,
    })),
    retract: command(({ body }: CallOf<typeof contract.retractAnnouncement>) => ({
      name: 'retract',
      ...body,
    })),
  };
};
