import type { AnnouncementEdition, AnnouncementKind } from './announcement.ts';
import { textFor } from './announcement-view.ts';

export interface MessageAttribute {
  readonly DataType: 'String' | 'String.Array';
  readonly StringValue: string;
}

export interface AnnouncementCloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: `io.turnout.announcement.${AnnouncementEdition['change']}.v1`;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: {
    readonly announcementId: string;
    readonly edition: number;
    readonly kind: AnnouncementKind;
    readonly language: string;
    readonly topics: readonly string[];
    readonly sessionId?: string;
    readonly title: string;
    readonly body: string;
    readonly url?: string;
    readonly note?: string;
  };
}

/**
 * The CloudEvent of an edition for the subscribers of a language. Where the text is in another language
 * (see textFor), id and data name that one: the same id is always the same message.
 */
export const announcementMessage = (
  event: string,
  edition: AnnouncementEdition,
  subscribersLanguage: string,
): {
  readonly message: AnnouncementCloudEvent;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
} => {
  const { language, text } = textFor(edition, subscribersLanguage);
  const retracted = edition.change === 'retracted';
  const note = retracted ? edition.reason : edition.note;
  const type = `io.turnout.announcement.${edition.change}.v1` as const;
  const { announcementId, kind, topics, sessionId } = edition;
  const string = (StringValue: string): MessageAttribute => ({ DataType: 'String', StringValue });
  return {
    message: {
      specversion: '1.0',
      id: `${announcementId}.${edition.edition}.${language}`,
      source: `/events/${event}`,
      type,
      time: new Date(edition.at).toISOString(),
      datacontenttype: 'application/json',
      data: {
        announcementId,
        edition: edition.edition,
        kind,
        language,
        topics,
        ...(sessionId !== null && { sessionId }),
        title: text.title,
        body: retracted ? (edition.reason ?? '') : text.body,
        ...(!retracted && text.url !== undefined && { url: text.url }),
        ...(note !== null && { note }),
      },
    },
    attributes: {
      type: string(type),
      kind: string(kind),
      language: string(language),
      ...(sessionId !== null && { sessionId: string(sessionId) }),
      ...(topics.length > 0 && { topics: { DataType: 'String.Array', StringValue: JSON.stringify(topics) } }),
    },
  };
};
