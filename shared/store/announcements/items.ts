import * as z from 'zod/mini';
import { announcementKind, announcementState } from '../../contract/announcements.ts';
import type { AnnouncementEdition, AnnouncementRecord } from '../../domain/announcement.ts';
import type { PublicView } from '../../domain/announcement-view.ts';
import { EDITION } from '../tables.ts';

/** Keys and shapes of the Announcements table. Times are stored as text, which sorts by time. */

export const RECORD = 'A#';
export const publicSort = 'P#';

export const recordKey = (event: string, announcementId: string) => ({
  pk: event,
  sk: `${RECORD}${announcementId}`,
});
/** Editions of an announcement, and the ledger of what was sent of them. */
export const editionPartition = (event: string, announcementId: string) => `${event}#${announcementId}`;
/** What is out: public reads touch nothing else, so that an embargo cannot leak through a filter. */
export const publicPartition = (event: string) => `${event}#PUBLIC`;

/** Six digits keep editions in order as text. */
export const editionNumber = (edition: number) => String(edition).padStart(6, '0');

const iso = (ms: number) => new Date(ms).toISOString();
const ms = z.pipe(
  z.string(),
  z.transform((text: string) => Date.parse(text)),
);

const text = z.object({ title: z.string(), body: z.string(), url: z.optional(z.string()) });
const content = z.record(z.string(), text);
const titles = z.record(
  z.string(),
  z.object({ title: z.string(), body: z.optional(z.string()), url: z.optional(z.string()) }),
);
const common = {
  announcementId: z.string(),
  kind: announcementKind,
  edition: z.int(),
  mainLanguage: z.string(),
  audience: z.array(z.string()),
  topics: z.array(z.string()),
  sessionId: z.nullable(z.string()),
  note: z.nullable(z.string()),
  reason: z.nullable(z.string()),
};

const storedRecord = z.object({
  ...common,
  state: announcementState,
  version: z.int(),
  content,
  /** Absent rather than null: it is a key of the index `due`. */
  publishAt: z.pipe(
    z.optional(ms),
    z.transform((at: number | undefined) => at ?? null),
  ),
  publishedAt: z.nullable(ms),
  updatedAt: ms,
});

export const recordOf = (item: unknown): AnnouncementRecord => storedRecord.parse(item);

export const recordItem = (event: string, record: AnnouncementRecord) => {
  const { publishAt, publishedAt, updatedAt, ...rest } = record;
  return {
    ...recordKey(event, record.announcementId),
    ...rest,
    publishedAt: publishedAt === null ? null : iso(publishedAt),
    updatedAt: iso(updatedAt),
    ...(publishAt !== null && { publishAt: iso(publishAt) }),
    ...(record.state === 'scheduled' && { duePk: 'due' }),
  };
};

const storedEdition = z.object({
  ...common,
  change: z.enum(['published', 'corrected', 'retracted']),
  at: ms,
  content,
});

export const editionOf = (item: unknown): AnnouncementEdition => storedEdition.parse(item);

export const editionKey = (event: string, announcementId: string, edition: number) => ({
  pk: editionPartition(event, announcementId),
  sk: `${EDITION}${editionNumber(edition)}`,
});

export const editionItem = (event: string, edition: AnnouncementEdition) => ({
  ...editionKey(event, edition.announcementId, edition.edition),
  event,
  ...edition,
  at: iso(edition.at),
});

const storedView = z.object({
  ...common,
  state: z.enum(['published', 'corrected', 'retracted']),
  content: titles,
  publishedAt: ms,
  updatedAt: ms,
});

export const publicViewOf = (item: unknown): PublicView => storedView.parse(item);

export const publicItem = (event: string, view: PublicView) => ({
  pk: publicPartition(event),
  sk: `${publicSort}${iso(view.publishedAt)}#${view.announcementId}`,
  ...view,
  publishedAt: iso(view.publishedAt),
  updatedAt: iso(view.updatedAt),
});
