import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { transition } from '../../shared/domain/announcement-transition.ts';
import { type DueMessage, dueMessage } from '../../shared/runtime/due-queue.ts';
import { log } from '../../shared/runtime/log.ts';
import type { AnnouncementStore } from '../../shared/store/announcements/announcements.ts';
import { StaleVersionError } from '../../shared/store/errors.ts';

export interface PublishDueDeps {
  readonly announcements: Pick<AnnouncementStore, 'get' | 'save'>;
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** A wake-up that is early by less waits here: clocks of two machines differ by milliseconds. */
const LONGEST_WAIT_MS = 3_000;
/** Somebody who saves between our read and our write makes us look again. */
const MAX_LOOKS = 3;

/** A wake-up long before its time: it goes back to the queue. */
class TooEarlyError extends Error {
  override readonly name = 'TooEarlyError';
}

const parseMessage = ({ body }: SQSRecord): DueMessage | undefined => {
  try {
    return dueMessage.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
};

/** Publishes what is scheduled for this very time, at or after it; everything else is left as it is. */
const publishOne = async (
  { announcements, clock, sleep }: PublishDueDeps,
  { event, announcementId, publishAt }: DueMessage,
): Promise<void> => {
  for (let look = 1; ; look += 1) {
    const record = await announcements.get(event, announcementId);
    // Published by another wake-up, unscheduled, or planned anew: nothing to do.
    if (!record) return;
    const next = transition(record, { name: 'release', publishAt }, { now: clock(), languages: [] });
    if (next.outcome === 'illegal' || next.outcome === 'invalid') return;
    if (next.outcome === 'early') {
      if (next.waitMs > LONGEST_WAIT_MS) throw new TooEarlyError(`early by ${next.waitMs} ms`);
      await sleep(next.waitMs);
      continue;
    }
    try {
      return await announcements.save(event, next.record, next.edition);
    } catch (error) {
      if (!(error instanceof StaleVersionError) || look >= MAX_LOOKS) throw error;
    }
  }
};

/** The consumer of the due queue; its mapping must have ReportBatchItemFailures. */
export const publishDue =
  (deps: PublishDueDeps) =>
  async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = await Promise.all(
      Records.map(async (record) => {
        const message = parseMessage(record);
        if (!message) {
          log.error('not a wake-up, dropped', { messageId: record.messageId });
          return [];
        }
        try {
          await publishOne(deps, message);
          return [];
        } catch (error) {
          log.warn('wake-up goes back to the queue', {
            announcementId: message.announcementId,
            error: error instanceof Error ? error.name : 'unknown',
          });
          return [{ itemIdentifier: record.messageId }];
        }
      }),
    );
    return { batchItemFailures: failures.flat() };
  };
