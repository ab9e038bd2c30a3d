import type { AnnouncementCloudEvent } from './announcement-message.ts';

/** A push service takes 4,096 bytes in all (RFC 8030, 7.2): texts are cut. */
const MAX_BODY_CHARACTERS = 400;
const MAX_TITLE_CHARACTERS = 200;

const cut = (text: string, characters: number): string => {
  const letters = [...text];
  return letters.length > characters ? `${letters.slice(0, characters - 1).join('')}…` : text;
};

/** What a phone gets of an announcement. */
export const notificationOf = ({ id, type, data }: AnnouncementCloudEvent) => ({
  type,
  id,
  announcementId: data.announcementId,
  edition: data.edition,
  kind: data.kind,
  language: data.language,
  // Of the notification: the device replaces what it shows under the same tag.
  tag: data.announcementId,
  title: cut(data.title, MAX_TITLE_CHARACTERS),
  body: cut(data.body, MAX_BODY_CHARACTERS),
});
