import type {
  AnnouncementContent,
  AnnouncementDraft,
  AnnouncementEdition,
  AnnouncementRecord,
  AnnouncementState,
} from './announcement.ts';

/** What a command does to an announcement, and when. Times are ms since 1970. */

export type AnnouncementCommand =
  | {
      readonly name: 'patch';
      readonly changes: { [Key in keyof AnnouncementDraft]?: AnnouncementDraft[Key] | undefined };
    }
  | { readonly name: 'schedule'; readonly publishAt: number }
  | { readonly name: 'unschedule' }
  | { readonly name: 'publish' }
  /** Publication at its time; `publishAt` is what the wake-up was made for. */
  | { readonly name: 'release'; readonly publishAt: number }
  | { readonly name: 'correct'; readonly content: AnnouncementContent; readonly note: string }
  | { readonly name: 'retract'; readonly reason: string };

export interface AnnouncementContext {
  readonly now: number;
  /** The event's languages, the first of which is required. */
  readonly languages: readonly string[];
}

interface WrongPlace {
  readonly path: readonly string[];
  readonly detail: string;
}

export type Transition =
  | {
      readonly outcome: 'changed';
      readonly record: AnnouncementRecord;
      readonly edition: AnnouncementEdition | null;
    }
  | {
      readonly outcome: 'illegal';
      readonly state: AnnouncementState;
      readonly command: AnnouncementCommand['name'];
    }
  | { readonly outcome: 'invalid'; readonly places: readonly WrongPlace[] }
  /** Under embargo for `waitMs` more. */
  | { readonly outcome: 'early'; readonly waitMs: number };

const YEAR_MS = 366 * 86_400_000;
const LONGEST_PLAN_MS = 5 * YEAR_MS;

const LEGAL: Readonly<Record<AnnouncementCommand['name'], readonly AnnouncementState[]>> = {
  patch: ['draft', 'scheduled'],
  schedule: ['draft', 'scheduled'],
  unschedule: ['scheduled'],
  publish: ['draft', 'scheduled'],
  release: ['scheduled'],
  correct: ['published', 'corrected'],
  retract: ['published', 'corrected'],
};

const wrongContent = (content: AnnouncementContent, languages: readonly string[]): WrongPlace[] => {
  const [first] = languages;
  return [
    ...(first !== undefined && !(first in content)
      ? [{ path: ['content', first], detail: `is needed: ${first} is the event's first language` }]
      : []),
    ...Object.keys(content)
      .filter((language) => !languages.includes(language))
      .map((language) => ({
        path: ['content', language],
        detail: `is not a language of the event; it has ${languages.join(', ')}`,
      })),
  ];
};

const invalidOr = (places: readonly WrongPlace[], transition: () => Transition): Transition =>
  places.length > 0 ? { outcome: 'invalid', places } : transition();

const firstOf = (languages: readonly string[], fallback: string) => languages[0] ?? fallback;

export const draftAnnouncement = (
  announcementId: string,
  draft: AnnouncementDraft,
  { now, languages }: AnnouncementContext,
): Extract<Transition, { outcome: 'changed' | 'invalid' }> => {
  const places = wrongContent(draft.content, languages);
  if (places.length > 0) return { outcome: 'invalid', places };
  return {
    outcome: 'changed',
    edition: null,
    record: {
      announcementId,
      ...draft,
      state: 'draft',
      edition: 0,
      version: 1,
      mainLanguage: firstOf(languages, ''),
      audience: [],
      publishAt: null,
      publishedAt: null,
      updatedAt: now,
      note: null,
      reason: null,
    },
  };
};

/** The next record and the edition to store and send with it, or why the command cannot be done. */
export const transition = (
  record: AnnouncementRecord,
  command: AnnouncementCommand,
  context: AnnouncementContext,
): Transition => {
  if (!LEGAL[command.name].includes(record.state)) return illegal(record, command);
  const { now, languages } = context;
  const next = { ...record, version: record.version + 1, updatedAt: now };
  switch (command.name) {
    case 'patch': {
      const { kind, content, topics, sessionId } = command.changes;
      return invalidOr(content ? wrongContent(content, languages) : [], () =>
        changed({
          ...next,
          ...(kind !== undefined && { kind }),
          ...(topics !== undefined && { topics }),
          ...(sessionId !== undefined && { sessionId }),
          ...(content !== undefined && { content, mainLanguage: firstOf(languages, record.mainLanguage) }),
        }),
      );
    }
    case 'schedule':
      return invalidOr(wrongPlan(command.publishAt, now), () =>
        changed({ ...next, state: 'scheduled', publishAt: command.publishAt }),
      );
    case 'unschedule':
      return changed({ ...next, state: 'draft', publishAt: null });
    case 'publish': {
      // A person may lift the embargo; the plan that no longer holds goes with it.
      const held = record.publishAt !== null && record.publishAt <= now;
      return published({ ...next, publishAt: held ? record.publishAt : null });
    }
    case 'release':
      if (record.publishAt !== command.publishAt) return illegal(record, command);
      if (now < command.publishAt) return { outcome: 'early', waitMs: command.publishAt - now };
      return published(next);
    case 'correct':
      return invalidOr(wrongContent(command.content, languages), () =>
        withEdition('corrected', {
          ...next,
          state: 'corrected',
          content: command.content,
          mainLanguage: firstOf(languages, record.mainLanguage),
          note: command.note,
        }),
      );
    case 'retract':
      return withEdition('retracted', { ...next, state: 'retracted', reason: command.reason });
  }
};

const wrongPlan = (publishAt: number, now: number): WrongPlace[] => {
  const path = ['publishAt'];
  if (publishAt <= now) return [{ path, detail: 'is in the past; publish it instead' }];
  if (publishAt > now + LONGEST_PLAN_MS) return [{ path, detail: 'is more than five years ahead' }];
  return [];
};

const illegal = ({ state }: AnnouncementRecord, { name }: AnnouncementCommand): Transition => ({
  outcome: 'illegal',
  state,
  command: name,
});

const changed = (record: AnnouncementRecord): Transition => ({ outcome: 'changed', record, edition: null });

const published = (record: AnnouncementRecord): Transition =>
  withEdition('published', { ...record, state: 'published', publishedAt: record.updatedAt });

const withEdition = (change: AnnouncementEdition['change'], before: AnnouncementRecord): Transition => {
  const edition = before.edition + 1;
  const audience = [...new Set([...before.audience, ...Object.keys(before.content).sort()])];
  const record = { ...before, edition, audience };
  const { announcementId, kind, content, mainLanguage, topics, sessionId, note, reason } = record;
  return {
    outcome: 'changed',
    record,
    edition: {
      announcementId,
      edition,
      change,
      at: record.updatedAt,
      kind,
      content,
      mainLanguage,
      audience,
      topics,
      sessionId,
      note,
      reason,
    },
  };
};
