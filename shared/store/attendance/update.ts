import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type Update,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord, Reentry } from '../../domain/scan.ts';
import { recordFromImage } from './item.ts';

/** What is written about the badge beside the scan. */
export interface Wearer {
  readonly category: string;
  readonly country: string | null;
  readonly reentry: Reentry;
}

export type Written =
  | { readonly kind: 'stored'; readonly record: AttendanceRecord }
  /** Not written: the record is not as expected. */
  | { readonly kind: 'differs'; readonly record: AttendanceRecord | undefined }
  /** Not written: the gate is at its limit. */
  | { readonly kind: 'full' };

/** One UpdateItem; the old item comes back where the condition fails. */
export const updateRecord = async (client: DynamoDBClient, request: Update): Promise<Written> => {
  try {
    const { Attributes } = await client.send(new UpdateItemCommand({ ...request, ReturnValues: 'ALL_NEW' }));
    if (!Attributes) throw new Error('UpdateItem answered no attributes');
    return { kind: 'stored', record: recordFromImage(Attributes) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { kind: 'differs', record: error.Item && recordFromImage(error.Item) };
  }
};
