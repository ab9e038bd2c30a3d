/**
 * Announcements go to one SNS topic per event and language. A hyphen within the language becomes `_`, else
 * `a` in `fr-ca` and `a-fr` in `ca` would share a topic.
 */
export const announcementTopicName = (prefix: string, event: string, language: string): string =>
  `${prefix}-${event}-${language.replaceAll('-', '_')}`;

/** @param neighbour ARN of any topic of the same account and region */
export const announcementTopicArn = (
  neighbour: string,
  prefix: string,
  event: string,
  language: string,
): string =>
  `${neighbour.slice(0, neighbour.lastIndexOf(':'))}:${announcementTopicName(prefix, event, language)}`;

/** The language that an announcement topic is for; the other direction of `announcementTopicName`. */
export const languageOfTopic = (arn: string, prefix: string, event: string): string =>
  arn.slice(arn.lastIndexOf(':') + 1 + announcementTopicName(prefix, event, '').length).replaceAll('_', '-');
