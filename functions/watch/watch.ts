import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Notice } from '../../shared/contract/notices.ts';
import { log } from '../../shared/runtime/log.ts';
import type { AttendanceStore } from '../../shared/store/attendance/records.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import type { CountStore } from '../../shared/store/counts.ts';
import type { NoticeLedger } from '../../shared/store/notice-ledger.ts';
import type { Programme } from '../../shared/store/programme.ts';
import { watchCapacity } from './capacity.ts';
import { changedSessions } from './changed-sessions.ts';
import { watchConflicts } from './conflicts.ts';

export interface WatchDeps {
  readonly programme: (event: string) => Promise<Programme>;
  readonly counts: Pick<CountStore, 'list'>;
  readonly attendance: Pick<AttendanceStore, 'conflicting'>;
  readonly ledger: NoticeLedger;
  /** To the operations topic. */
  readonly send: (notice: Notice) => Promise<void>;
  readonly clock: () => number;
  /** What this process knows to have been told: saves a read each. */
  readonly told: Set<string>;
}

/**
 * Reads the counts' stream and tells the operations topic what people should know now. Everything may be delivered
 * twice; what was told is kept in the ledger. A batch that fails is read again as a whole.
 */
export const watch =
  (deps: WatchDeps) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    try {
      await forEachOf(changedSessions(Records), async (session) => {
        if (session.moved) await watchCapacity(deps, session.event, session.sessionId);
        await watchConflicts(deps, session);
      });
      return { batchItemFailures: [] };
    } catch (error) {
      log.error('a notice could not be sent, it will be tried again', { error: String(error) });
      const first = Records[0]?.dynamodb?.SequenceNumber;
      if (first === undefined) throw error;
      return { batchItemFailures: [{ itemIdentifier: first }] };
    }
  };
