import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnnouncementEdition, AnnouncementRecord } from '../../shared/domain/announcement.ts';
import { announcementMessage } from '../../shared/domain/announcement-message.ts';
import {
  type AnnouncementCommand,
  draftAnnouncement,
  transition,
} from '../../shared/domain/announcement-transition.ts';
import { publicView } from '../../shared/domain/announcement-view.ts';

const languages = ['en', 'zh', 'fr'];
const START = Date.UTC(2023, 6, 4);

const text = fc.record({ title: fc.string({ minLength: 1 }), body: fc.string({ minLength: 1 }) });
const content = fc
  .record({ en: text, zh: fc.option(text, { nil: undefined }), fr: fc.option(text, { nil: undefined }) })
  .map(({ en, zh, fr }) => ({ en, ...(zh && { zh }), ...(fr && { fr }) }));

/** Commands with plans around the clock of the run, early and late wake-ups included. */
const command: fc.Arbitrary<AnnouncementCommand> = fc.oneof(
  fc.record({ name: fc.constant('patch' as const), changes: fc.record({ content }) }),
  fc.record({
    name: fc.constant('schedule' as const),
    publishAt: fc.integer({ min: START, max: START + 200 }),
  }),
  fc.record({ name: fc.constant('unschedule' as const) }),
  fc.record({ name: fc.constant('publish' as const) }),
  fc.record({
    name: fc.constant('release' as const),
    publishAt: fc.integer({ min: START, max: START + 200 }),
  }),
  fc.record({ name: fc.constant('correct' as const), content, note: fc.string({ minLength: 1 }) }),
  fc.record({ name: fc.constant('retract' as const), reason: fc.string({ minLength: 1 }) }),
);
const steps = fc.array(fc.record({ command, pause: fc.integer({ min: 0, max: 30 }), aim: fc.boolean() }), {
  maxLength: 25,
});

interface Story {
  readonly records: AnnouncementRecord[];
  readonly editions: AnnouncementEdition[];
}

/** Plays commands; `aim` makes a wake-up fit the plan, as real ones do. */
const play = (
  first: AnnouncementRecord['content'],
  list: readonly { command: AnnouncementCommand; pause: number; aim: boolean }[],
  check: (
    before: AnnouncementRecord,
    command: AnnouncementCommand,
    now: number,
    after: AnnouncementRecord,
  ) => void = () => undefined,
): Story => {
  let now = START;
  const draft = draftAnnouncement(
    'a1',
    { kind: 'report', content: first, topics: ['data'], sessionId: null },
    { now, languages },
  );
  if (draft.outcome !== 'changed') throw new Error('a valid draft was refused');
  const story: Story = { records: [draft.record], editions: [] };
  let record = draft.record;
  for (const { command: given, pause, aim } of list) {
    now += pause;
    const aimed =
      given.name === 'release' && aim && record.publishAt !== null
        ? { ...given, publishAt: record.publishAt }
        : given;
    const result = transition(record, aimed, { now, languages });
    if (result.outcome !== 'changed') continue;
    check(record, aimed, now, result.record);
    record = result.record;
    story.records.push(record);
    if (result.edition) story.editions.push(result.edition);
  }
  return story;
};

const runs = { numRuns: 2_000 };

test('an announcement under embargo would be seen before its time', () => {
  fc.assert(
    fc.property(content, steps, (first, list) => {
      play(first, list, (before, { name }, now, after) => {
        const appears = !publicView(before) && publicView(after);
        if (appears && name === 'release') expect(now).toBeGreaterThanOrEqual(before.publishAt ?? Infinity);
        // Only a person's own publish, or the release at its time, ever makes one visible.
        if (appears) expect(['publish', 'release']).toContain(name);
        expect(
          after.publishAt === null || after.publishedAt === null || after.publishAt <= after.publishedAt,
        ).toBe(true);
      });
    }),
    runs,
  );
});

test('a subscriber would miss an edition, or get two with one number', () => {
  fc.assert(
    fc.property(content, steps, (first, list) => {
      const { editions, records } = play(first, list);
      expect(editions.map(({ edition }) => edition)).toEqual(editions.map((_, index) => index + 1));
      expect(records.map(({ version }) => version)).toEqual(records.map((_, index) => index + 1));
      expect(records.at(-1)?.edition).toBe(editions.length);
      expect(editions.slice(1).every(({ change }) => change !== 'published')).toBe(true);
      if (editions[0]) expect(editions[0].change).toBe('published');
    }),
    runs,
  );
});

test('a published edition would change after the fact', () => {
  fc.assert(
    fc.property(content, steps, (first, list) => {
      const { editions } = play(first, list);
      const before = JSON.stringify(editions);
      play(first, [...list, ...list]);
      expect(JSON.stringify(editions)).toBe(before);
      expect(JSON.stringify(play(first, [...list, ...list]).editions.slice(0, editions.length))).toBe(before);
    }),
    { numRuns: 500 },
  );
});

test('a retracted announcement would come back, or keep showing its text', () => {
  fc.assert(
    fc.property(content, steps, (first, list) => {
      const { records } = play(first, list);
      const at = records.findIndex(({ state }) => state === 'retracted');
      if (at === -1) return;
      expect(at).toBe(records.length - 1);
      const retracted = records[at];
      const view = retracted && publicView(retracted);
      expect(view?.reason).toBe(retracted?.reason);
      expect(view?.note).toBeNull();
      for (const shown of Object.values(view?.content ?? {})) expect(Object.keys(shown)).toEqual(['title']);
    }),
    runs,
  );
});

test('readers of a language that got the original would not get its correction or retraction', () => {
  fc.assert(
    fc.property(content, steps, (first, list) => {
      const { editions } = play(first, list);
      const seen = new Set<string>();
      for (const edition of editions) {
        for (const language of Object.keys(edition.content)) seen.add(language);
        expect(new Set(edition.audience)).toEqual(seen);
        for (const language of edition.audience) {
          const { message } = announcementMessage('gdec-2023', edition, language);
          expect(message.id).toBe(`a1.${edition.edition}.${message.data.language}`);
          expect(message.data.title).toBe(edition.content[message.data.language]?.title);
          if (language in edition.content) expect(message.data.language).toBe(language);
        }
      }
    }),
    runs,
  );
});
