/** What is known of an announcement. Times are ms since 1970. */

export type AnnouncementKind = 'report' | 'achievement' | 'initiative' | 'project' | 'award' | 'notice';
export type AnnouncementState = 'draft' | 'scheduled' | 'published' | 'corrected' | 'retracted';

export interface AnnouncementText {
  readonly title: string;
  readonly body: string;
  readonly url?: string | undefined;
}
export type AnnouncementContent = Readonly<Record<string, AnnouncementText>>;

export interface AnnouncementRecord {
  readonly announcementId: string;
  readonly kind: AnnouncementKind;
  readonly state: AnnouncementState;
  /** 0 before publication, then the number of the newest edition. */
  readonly edition: number;
  /** Grows by one with every change. */
  readonly version: number;
  readonly content: AnnouncementContent;
  /** The event's first language: always in the content, and what stands in for a missing one. */
  readonly mainLanguage: string;
  /** Languages that any edition was sent in: whatever follows goes there too. Empty before publication. */
  readonly audience: readonly string[];
  readonly topics: readonly string[];
  readonly sessionId: string | null;
  readonly publishAt: number | null;
  readonly publishedAt: number | null;
  readonly updatedAt: number;
  readonly note: string | null;
  readonly reason: string | null;
}

/** What was sent, once and for ever. */
export interface AnnouncementEdition {
  readonly announcementId: string;
  readonly edition: number;
  readonly change: 'published' | 'corrected' | 'retracted';
  readonly at: number;
  readonly kind: AnnouncementKind;
  readonly content: AnnouncementContent;
  readonly mainLanguage: string;
  readonly audience: readonly string[];
  readonly topics: readonly string[];
  readonly sessionId: string | null;
  readonly note: string | null;
  readonly reason: string | null;
}

export interface AnnouncementDraft {
  readonly kind: AnnouncementKind;
  readonly content: AnnouncementContent;
  readonly topics: readonly string[];
  readonly sessionId: string | null;
}
