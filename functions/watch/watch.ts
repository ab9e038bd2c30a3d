import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { log } from '../../shared/runtime/log.ts';
import { forEachOf } from '../../shared/store/batches.ts';
import { changedSessions } from '../../shared/store/counts/changed-sessions.ts';
import { watchCapacity } from './capacity.ts';
import { watchConflicts } from './conflicts.ts';
import type { WatchDeps } from './deps.ts';

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
