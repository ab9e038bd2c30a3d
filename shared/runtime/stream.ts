import type { AttributeValue, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { log } from './log.ts';

type Item = Readonly<Record<string, unknown>>;

/** A record of a table's stream, as plain values. */
export interface Change {
  readonly kind: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** Decimal text of up to 40 digits; grows within an item and within a shard. */
  readonly sequenceNumber: string;
  readonly keys: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

const plainValue = (value: AttributeValue): unknown => {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.M !== undefined) return plainItem(value.M);
  if (value.L !== undefined) return value.L.map(plainValue);
  if (value.SS !== undefined) return new Set(value.SS);
  if (value.NS !== undefined) return new Set(value.NS.map(Number));
  if (value.NULL !== undefined) return null;
  throw new Error('an attribute of a type that our tables do not hold');
};

/** Item of a stream record as plain values; numbers beyond 2^53 would lose digits, we store none. */
const plainItem = (image: Readonly<Record<string, AttributeValue>>): Item =>
  Object.fromEntries(Object.entries(image).map(([name, value]) => [name, plainValue(value)]));

/** @throws when the record is not one of a table's stream */
export const toChange = ({ eventName, dynamodb }: DynamoDBRecord): Change => {
  if (!eventName || !dynamodb?.SequenceNumber || !dynamodb.Keys) throw new Error('not a stream record');
  return {
    kind: eventName,
    sequenceNumber: dynamodb.SequenceNumber,
    keys: plainItem(dynamodb.Keys),
    before: dynamodb.OldImage && plainItem(dynamodb.OldImage),
    after: dynamodb.NewImage && plainItem(dynamodb.NewImage),
  };
};

/**
 * The handler of a stream: changes one after the other, in order. The first that fails ends the batch and
 * is named in the answer, so that the mapping begins again with it and nothing overtakes it. The mapping
 * must have ReportBatchItemFailures, or the failure is taken for success.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export const streamHandler =
  (handle: (change: Change) => Promise<void>) =>
  async ({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    for (const record of Records) {
      try {
        await handle(toChange(record));
      } catch (error) {
        const sequenceNumber = record.dynamodb?.SequenceNumber;
        log.error('stream record failed, it will be tried again', {
          sequenceNumber,
          error:
            error instanceof Error ? { name: error.name, message: error.message } : { name: typeof error },
        });
        // Without a number there is nothing to begin again with: fail the batch as a whole.
        if (sequenceNumber === undefined) throw error;
        return { batchItemFailures: [{ itemIdentifier: sequenceNumber }] };
      }
    }
    return { batchItemFailures: [] };
  };
