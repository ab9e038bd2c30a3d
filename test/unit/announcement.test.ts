import { describe, expect, test } from 'vitest';
import { createAnnouncement } from '../../shared/contract/announcements.ts';
import type { AnnouncementRecord, AnnouncementState } from '../../shared/domain/announcement.ts';
import { announcementMessage } from '../../shared/domain/announcement-message.ts';
import { announcementTopicArn } from '../../shared/domain/announcement-topic.ts';
import {
  type AnnouncementCommand,
  draftAnnouncement,
  transition,
} from '../../shared/domain/announcement-transition.ts';

const NOW = Date.UTC(2023, 6, 7, 8);
const PLAN = NOW + 60_000;
const languages = ['en', 'zh'];
const context = { now: NOW, languages };
const content = { en: { title: 'White paper', body: 'It is out.' } };

const aRecord = (changes: Partial<AnnouncementRecord> = {}): AnnouncementRecord => ({
  announcementId: 'a1',
  kind: 'report',
  state: 'draft',
  edition: 0,
  version: 3,
  content,
  mainLanguage: 'en',
  audience: [],
  topics: [],
  sessionId: null,
  publishAt: null,
  publishedAt: null,
  updatedAt: NOW - 1_000,
  note: null,
  reason: null,
  ...changes,
});

const inState = (state: AnnouncementState): AnnouncementRecord =>
  aRecord({
    state,
    publishAt: state === 'scheduled' ? PLAN : null,
    ...(state !== 'draft' &&
      state !== 'scheduled' && { edition: 1, publishedAt: NOW - 1_000, audience: ['en'] }),
  });

const commands: Record<AnnouncementCommand['name'], AnnouncementCommand> = {
  patch: { name: 'patch', changes: { topics: ['data'] } },
  schedule: { name: 'schedule', publishAt: PLAN },
  unschedule: { name: 'unschedule' },
  publish: { name: 'publish' },
  release: { name: 'release', publishAt: PLAN },
  correct: { name: 'correct', content, note: 'A typo' },
  retract: { name: 'retract', reason: 'It was not ours to publish' },
};

describe('an organizer could do what the present state forbids, or could not do what it allows', () => {
  test.each([
    ['draft', { patch: 'draft', schedule: 'scheduled', publish: 'published' }],
    [
      'scheduled',
      {
        patch: 'scheduled',
        schedule: 'scheduled',
        unschedule: 'draft',
        publish: 'published',
        release: 'published',
      },
    ],
    ['published', { correct: 'corrected', retract: 'retracted' }],
    ['corrected', { correct: 'corrected', retract: 'retracted' }],
    ['retracted', {}],
  ] as const)('%s', (state, legal: Partial<Record<string, AnnouncementState>>) => {
    for (const command of Object.values(commands)) {
      const result = transition(inState(state), command, {
        now: PLAN - (command.name === 'schedule' ? 1 : 0),
        languages,
      });
      const expected = legal[command.name];
      if (expected)
        expect(result).toMatchObject({ outcome: 'changed', record: { state: expected, version: 4 } });
      else expect(result).toEqual({ outcome: 'illegal', state, command: command.name });
    }
  });
});

test('a wake-up before its time would break the embargo', () => {
  const scheduled = inState('scheduled');
  expect(transition(scheduled, commands.release, { now: PLAN - 1, languages })).toEqual({
    outcome: 'early',
    waitMs: 1,
  });
  expect(
    transition(scheduled, { name: 'release', publishAt: PLAN - 60 }, { now: PLAN, languages }).outcome,
  ).toBe('illegal');
});

test('a plan in the past would be taken and never happen', () => {
  for (const publishAt of [NOW, NOW - 1, NOW + 6 * 366 * 86_400_000]) {
    expect(transition(aRecord(), { name: 'schedule', publishAt }, context)).toMatchObject({
      outcome: 'invalid',
      places: [{ path: ['publishAt'] }],
    });
  }
});

test('an announcement without the event’s first language would go out', () => {
  const zh = { zh: { title: '白皮书', body: '已发布' } };
  const draft = { kind: 'report', content: zh, topics: [], sessionId: null } as const;
  expect(draftAnnouncement('a1', draft, context)).toMatchObject({
    outcome: 'invalid',
    places: [{ path: ['content', 'en'] }],
  });
  for (const command of [
    { name: 'patch', changes: { content: zh } },
    { name: 'correct', content: zh, note: 'n' },
  ] as const) {
    const state = command.name === 'patch' ? 'draft' : 'published';
    expect(transition(inState(state), command, context).outcome).toBe('invalid');
  }
});

test('a text in a language that nobody can subscribe to would vanish silently', () => {
  const draft = {
    kind: 'report',
    content: { ...content, fr: content.en },
    topics: [],
    sessionId: null,
  } as const;
  expect(draftAnnouncement('a1', draft, context)).toMatchObject({ places: [{ path: ['content', 'fr'] }] });
});

test('readers of a dropped language would get a message without a text', () => {
  const original = transition(
    aRecord({
      content: { ...content, zh: { title: '白皮书', body: '已发布', url: 'https://example.org/zh' } },
    }),
    commands.publish,
    context,
  );
  if (original.outcome !== 'changed') throw new Error('not published');
  const corrected = transition(original.record, commands.correct, context);
  if (corrected.outcome !== 'changed' || !corrected.edition) throw new Error('not corrected');
  expect(corrected.edition.audience).toEqual(['en', 'zh']);
  const { message } = announcementMessage('gdec-2023', corrected.edition, 'zh');
  expect(message).toMatchObject({
    id: 'a1.2.en',
    type: 'io.turnout.announcement.corrected.v1',
    source: '/events/gdec-2023',
    data: { language: 'en', title: 'White paper', note: 'A typo' },
  });
});

test('a retraction would repeat the text that it withdraws', () => {
  const result = transition(inState('published'), commands.retract, context);
  if (result.outcome !== 'changed' || !result.edition) throw new Error('not retracted');
  const { data } = announcementMessage('gdec-2023', result.edition, 'en').message;
  expect(data).toMatchObject({
    title: 'White paper',
    body: 'It was not ours to publish',
    note: 'It was not ours to publish',
  });
  expect(data).not.toHaveProperty('url');
});

test('the longest announcement that the API takes would not fit into a message of SNS', () => {
  // The worst case: characters that take three bytes, in every field at its limit. What JSON writes with six is refused.
  const worst = '\u5b57';
  const body = createAnnouncement.body?.parse({
    kind: 'initiative',
    content: {
      en: {
        title: `x${worst.repeat(298)}x`,
        body: `x${worst.repeat(19_998)}x`,
        url: `https://example.org/${'a'.repeat(1_980)}`,
      },
    },
    topics: Array.from({ length: 20 }, () => worst.repeat(64)),
    sessionId: 's'.repeat(63),
  });
  if (!body) throw new Error('no schema');
  const record = aRecord({ ...body, sessionId: body.sessionId ?? null, state: 'published', edition: 1 });
  const note = `x${worst.repeat(1_998)}x`;
  const result = transition(record, { name: 'correct', content: body.content, note }, context);
  if (result.outcome !== 'changed' || !result.edition) throw new Error('not corrected');
  const { message, attributes } = announcementMessage('e'.repeat(63), result.edition, 'en');
  const bytes = Buffer.byteLength(JSON.stringify(message)) + Buffer.byteLength(JSON.stringify(attributes));
  expect(bytes).toBeLessThan(256 * 1024);
  expect(bytes).toBeGreaterThan(66_000);
});

test('messages would go to a topic of another account or region', () => {
  expect(
    announcementTopicArn('arn:aws-cn:sns:cn-north-1:123456789012:ops', 'turnout', 'gdec-2023', 'zh'),
  ).toBe('arn:aws-cn:sns:cn-north-1:123456789012:turnout-gdec-2023-zh');
});
