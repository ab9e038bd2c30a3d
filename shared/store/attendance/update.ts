import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionConflictException,
  type Update,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord } from '../../domain/scan.ts';
import { recordFromImage } from './item.ts';
import { patience } from './transact.ts';

/** What is written about the badge beside the scan. */
export interface Wearer {
  readonly category: string;
  readonly country: string | null;
}

export type Written =
  | { readonly kind: 'stored'; readonly record: AttendanceRecord }
  /** Not written: the record is not as expected. */
  | { readonly kind: 'differs'; readonly record: AttendanceRecord | undefined };

/** It can never be stored: the record is as large as records may be. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ValidationException' && /item size/i.test(error.message);

/**
 * One UpdateItem; the old item comes back where the condition fails.
 * @throws {RecordTooLargeError}
 */
export const updateRecord = async (client: DynamoDBClient, request: Update): Promise<Written> => {
  const pause = patience();
  for (;;) {
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({ ...request, ReturnValues: 'ALL_NEW' }),
      );
      if (!Attributes) throw new Error('UpdateItem answered no attributes');
      return { kind: 'stored', record: recordFromImage(Attributes) };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return { kind: 'differs', record: error.Item && recordFromImage(error.Item) };
      }
      if (isTooLarge(error)) throw new RecordTooLargeError('The record has no room left', { cause: error });
      if (!(error instanceof TransactionConflictException)) throw error;
    }
    await pause();
  }
};
