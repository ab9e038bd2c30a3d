import type { Announcement } from '../../contract/announcements.ts';
import type { PublicAnnouncement } from '../../contract/public-announcements.ts';
import type { AnnouncementRecord } from '../../domain/announcement.ts';
import { type PublicView, textFor } from '../../domain/announcement-view.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

/** A record as organizers and press get it. */
export const staffAnnouncement = (record: AnnouncementRecord, language?: string): Announcement => ({
  announcementId: record.announcementId,
  kind: record.kind,
  state: record.state,
  edition: record.edition,
  version: record.version,
  content: contentIn(record, language),
  topics: [...record.topics],
  sessionId: record.sessionId,
  publishAt: isoOrNull(record.publishAt),
  publishedAt: isoOrNull(record.publishedAt),
  updatedAt: iso(record.updatedAt),
  note: record.note,
  reason: record.reason,
});

/** What is out, as anybody gets it. */
export const publicAnnouncement = (view: PublicView, language?: string): PublicAnnouncement => ({
  announcementId: view.announcementId,
  kind: view.kind,
  state: view.state,
  edition: view.edition,
  content: contentIn(view, language),
  topics: [...view.topics],
  sessionId: view.sessionId,
  publishedAt: iso(view.publishedAt),
  updatedAt: iso(view.updatedAt),
  note: view.note,
  reason: view.reason,
});

/** Languages in one order: the engine keeps none, and the same answer must have the same ETag. */
const contentIn = <Text extends { title: string }>(
  from: { readonly content: Readonly<Record<string, Text>>; readonly mainLanguage: string },
  language: string | undefined,
): Record<string, Text> => {
  const languages =
    language === undefined ? [from.mainLanguage, ...Object.keys(from.content).sort()] : [language];
  return Object.fromEntries(
    languages.map((wanted) => {
      const { language: found, text } = textFor(from, wanted);
      return [found, text];
    }),
  );
};
