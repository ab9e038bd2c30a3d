import { SNSClient } from '@aws-sdk/client-sns';
import { deadlinesOf } from '../../shared/runtime/clients.ts';

/**
 * A topic publishes again what it is asked again: only FIFO topics drop repeats, and none of their subscribers is a
 * webhook. So nothing is tried a second time here, where an answer may only be late; the stream brings what failed
 * again. Well within the ledger's claim.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export const announcementsClient = (): SNSClient =>
  new SNSClient(deadlinesOf({ maxAttempts: 1, requestTimeout: 10_000 }));
