import { SESv2Client } from '@aws-sdk/client-sesv2';
import { deadlinesOf } from '../../../shared/runtime/clients.ts';

/**
 * SES takes a mail again when it is asked again: it knows no idempotency key. So nothing is tried a second time here,
 * where an answer may only be late; what failed is tried again by the queue, seconds later. 25 mails, five at once, are
 * done within the function's minute however slow SES is.
 */
export const mailClient = (): SESv2Client =>
  new SESv2Client(deadlinesOf({ maxAttempts: 1, requestTimeout: 10_000 }));
