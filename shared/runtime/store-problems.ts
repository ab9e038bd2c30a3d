import { Problem } from '../contract/problem.ts';
import { StoreBusyError, UnknownEventError } from '../store/errors.ts';
import { ForeignCursorError } from './cursors.ts';

/** Errors of the engine that pass by themselves; the caller may simply try again. */
const TRANSIENT = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TransactionInProgressException',
  'TimeoutError',
]);

const isTransient = (error: unknown) =>
  error instanceof StoreBusyError || (error instanceof Error && TRANSIENT.has(error.name));

/** What an error of a store means to who called; undefined for one that nobody foresaw. */
export const problemOfStore = (error: unknown): Problem | undefined => {
  if (error instanceof UnknownEventError) return new Problem('not-found', error.message, { cause: error });
  if (error instanceof ForeignCursorError) {
    return new Problem('validation', 'The cursor is not one of ours: begin without one', {
      errors: [{ pointer: '/cursor', detail: 'must be the nextCursor of an answer' }],
      cause: error,
    });
  }
  if (!isTransient(error)) return undefined;
  return new Problem('unavailable', 'The store is busy. Send the same request again.', {
    headers: { 'retry-after': '1' },
    cause: error,
  });
};
