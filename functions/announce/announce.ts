import * as z from 'zod';
import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { log } from '../../shared/runtime/log.ts';
import type { Change } from '../../shared/runtime/stream.ts';
import { editionOf } from '../../shared/store/announcements/items.ts';
import type { AnnouncementLedger, SendingResult } from '../../shared/store/announcements/ledger.ts';
import { EDITION } from '../../shared/store/tables.ts';
import { ForbiddenError, type Publish, RefusedForGoodError } from './sns-publisher.ts';

export interface AnnounceDeps {
  readonly ledger: Pick<AnnouncementLedger, 'claim' | 'settle'>;
  readonly publish: Publish;
  readonly clock: () => number;
}

/** Not sent everywhere yet; the mapping brings the record again. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

const editionKey = z.object({ sk: z.string().startsWith(EDITION) });
const ofEvent = z.object({ event: z.string() });

/** A new edition, and nothing else: drafts and plans pass through this stream too and must not get out. */
const newEdition = ({ kind, keys, after }: Change) =>
  kind === 'INSERT' && editionKey.safeParse(keys).success
    ? { event: ofEvent.parse(after).event, edition: editionOf(after) }
    : undefined;

/** Sends a new edition once to the subscribers of every language that the announcement ever had. */
export const announce = (deps: AnnounceDeps) => async (change: Change) => {
  const found = newEdition(change);
  if (!found) return;
  const { event, edition } = found;
  const unsent = await Promise.all(
    edition.audience.map(async (language) =>
      (await sendOnce(deps, event, edition, language)) ? [] : [language],
    ),
  );
  if (unsent.flat().length > 0) {
    throw new NotSentError(
      `edition ${edition.edition} of ${edition.announcementId} not sent in ${unsent.flat().join(', ')}`,
    );
  }
};

/**
 * Sends an edition to the subscribers of a language, unless it was.
 * @returns false when it has to be tried again soon
 */
export const sendOnce = async (
  { ledger, publish, clock }: AnnounceDeps,
  event: string,
  edition: AnnouncementEdition,
  language: string,
): Promise<boolean> => {
  const sending = { event, announcementId: edition.announcementId, edition: edition.edition, language };
  const claim = await ledger.claim(sending, clock());
  if (claim !== 'claimed') return claim === 'settled';
  const result = await attempt(publish, event, edition, language);
  if (result.state === 'failed') log.error('SNS refuses an announcement for good', { ...sending, ...result });
  // When this write fails, the claim runs out and the message is sent again: twice is better than never.
  await ledger.settle(sending, result, clock());
  if (result.state !== 'retry') return true;
  log.error('an announcement is not sent', { ...sending, ...result });
  return result.detail === FORBIDDEN;
};

const FORBIDDEN = 'ForbiddenError';

const attempt = async (
  publish: Publish,
  event: string,
  edition: AnnouncementEdition,
  language: string,
): Promise<SendingResult> => {
  try {
    return { state: 'sent', messageId: await publish(event, edition, language) };
  } catch (error) {
    if (error instanceof RefusedForGoodError) return { state: 'failed', detail: error.message };
    if (error instanceof ForbiddenError) return { state: 'retry', detail: FORBIDDEN };
    return { state: 'retry', detail: error instanceof Error ? error.name : 'unknown' };
  }
};
