import type {
  AnnouncementContent,
  AnnouncementKind,
  AnnouncementRecord,
  AnnouncementText,
} from './announcement.ts';

/** What anybody may see. Of a retracted announcement only titles and the reason remain. */
export interface PublicView {
  readonly announcementId: string;
  readonly kind: AnnouncementKind;
  readonly state: 'published' | 'corrected' | 'retracted';
  readonly edition: number;
  readonly content: Readonly<
    Record<string, { title: string; body?: string | undefined; url?: string | undefined }>
  >;
  readonly mainLanguage: string;
  readonly audience: readonly string[];
  readonly topics: readonly string[];
  readonly sessionId: string | null;
  readonly publishedAt: number;
  readonly updatedAt: number;
  readonly note: string | null;
  readonly reason: string | null;
}

/** Undefined for what is not out yet: the only way from a record to the public leads through here. */
export const publicView = (record: AnnouncementRecord): PublicView | undefined => {
  const { state, publishedAt } = record;
  if (state === 'draft' || state === 'scheduled' || publishedAt === null) return undefined;
  const retracted = state === 'retracted';
  return {
    announcementId: record.announcementId,
    kind: record.kind,
    state,
    edition: record.edition,
    content: retracted ? titlesOnly(record.content) : record.content,
    mainLanguage: record.mainLanguage,
    audience: record.audience,
    topics: record.topics,
    sessionId: record.sessionId,
    publishedAt,
    updatedAt: record.updatedAt,
    note: retracted ? null : record.note,
    reason: record.reason,
  };
};

const titlesOnly = (content: AnnouncementContent) =>
  Object.fromEntries(Object.entries(content).map(([language, { title }]) => [language, { title }]));

/**
 * The text for readers of `language`: where a correction dropped it, the event's first language, so that
 * whoever read the original learns of the correction.
 */
export const textFor = <Text extends Pick<AnnouncementText, 'title'>>(
  {
    content,
    mainLanguage,
  }: { readonly content: Readonly<Record<string, Text>>; readonly mainLanguage: string },
  language: string,
): { readonly language: string; readonly text: Text } => {
  const own = content[language];
  if (own) return { language, text: own };
  const main = content[mainLanguage];
  if (main) return { language: mainLanguage, text: main };
  throw new Error(`content without ${mainLanguage}, the event's first language`);
};
