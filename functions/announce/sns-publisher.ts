import {
  AuthorizationErrorException,
  InvalidParameterException,
  InvalidParameterValueException,
  KMSAccessDeniedException,
  NotFoundException,
  PublishCommand,
  type SNSClient,
  ValidationException,
} from '@aws-sdk/client-sns';
import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { announcementMessage } from '../../shared/domain/announcement-message.ts';
import { announcementTopicArn } from '../../shared/domain/announcement-topic.ts';

/** SNS will never take this message: trying again would only hold up every later announcement. */
export class RefusedForGoodError extends Error {
  override readonly name = 'RefusedForGoodError';
}

const FOR_GOOD = [
  InvalidParameterException,
  InvalidParameterValueException,
  NotFoundException,
  ValidationException,
];

/**
 * SNS refuses until somebody mends a permission: it is tried again by the sweep, and holds up nobody meanwhile.
 */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
}

const FORBIDDEN = [AuthorizationErrorException, KMSAccessDeniedException];

export type Publish = (event: string, edition: AnnouncementEdition, language: string) => Promise<string>;

/**
 * Publishes an edition to the topic of a language.
 * @returns SNS's message id
 * @throws {RefusedForGoodError} when it is pointless to try again
 * @throws {ForbiddenError} when it is pointless to try again soon
 */
export const snsPublisher =
  (sns: SNSClient, neighbourTopicArn: string, prefix: string): Publish =>
  async (event, edition, language) => {
    const { message, attributes } = announcementMessage(event, edition, language);
    try {
      const { MessageId } = await sns.send(
        new PublishCommand({
          TopicArn: announcementTopicArn(neighbourTopicArn, prefix, event, language),
          Message: JSON.stringify(message),
          MessageAttributes: { ...attributes },
        }),
      );
      return MessageId ?? '';
    } catch (error) {
      if (error instanceof Error && FOR_GOOD.some((kind) => error instanceof kind)) {
        throw new RefusedForGoodError(error.name, { cause: error });
      }
      if (error instanceof Error && FORBIDDEN.some((kind) => error instanceof kind)) {
        throw new ForbiddenError(error.name, { cause: error });
      }
      throw error;
    }
  };
