/** Announcements go to one SNS topic per event and language. */
export const announcementTopicName = (prefix: string, event: string, language: string): string =>
  `${prefix}-${event}-${language}`;

/** @param neighbour ARN of any topic of the same account and region */
export const announcementTopicArn = (
  neighbour: string,
  prefix: string,
  event: string,
  language: string,
): string =>
  `${neighbour.slice(0, neighbour.lastIndexOf(':'))}:${announcementTopicName(prefix, event, language)}`;
