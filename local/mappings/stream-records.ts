import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { isRecord } from '../assembly/intrinsics.ts';

/** As Lambda hands it to a function. https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly eventSource: string;
  readonly eventSourceARN: string;
  readonly awsRegion: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    /** Seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly StreamViewType: string;
    readonly Keys: Readonly<Record<string, unknown>>;
    readonly NewImage?: Readonly<Record<string, unknown>>;
    readonly OldImage?: Readonly<Record<string, unknown>>;
  };
}

type EngineRecord = Omit<StreamRecord, 'eventSourceARN' | 'awsRegion'>;

/** A look at what matters only: at a thousand records a page, a full parse would cost more than the page. */
const looksLikeRecord = (value: unknown): boolean =>
  isRecord(value) && isRecord(value['dynamodb']) && typeof value['dynamodb']['SequenceNumber'] === 'string';

export const recordsPage = z.object({
  Records: z.array(z.custom<EngineRecord>(looksLikeRecord)),
  NextShardIterator: z.string().nullish(),
});

export const sequenceOf = (record: StreamRecord): string => record.dynamodb.SequenceNumber;

/**
 * The engine's record as AWS would have it; undefined when AWS would have none: an item that was written
 * without being changed leaves no record there.
 */
export const asLambdaRecord = (
  record: EngineRecord,
  streamArn: string,
  region: string,
): StreamRecord | undefined => {
  const { OldImage, NewImage } = record.dynamodb;
  if (OldImage && NewImage && isDeepStrictEqual(OldImage, NewImage)) return undefined;
  return { ...record, awsRegion: region, eventSourceARN: streamArn };
};

const shard = z.object({ ShardId: z.string(), ParentShardId: z.string().nullish() });
export type Shard = z.infer<typeof shard>;

export const streamDescription = z.object({
  StreamDescription: z.object({
    Shards: z.array(shard).default([]),
    LastEvaluatedShardId: z.string().nullish(),
  }),
});
export const shardIterator = z.object({ ShardIterator: z.string() });
export const tableStream = z.object({
  Table: z.object({
    LatestStreamArn: z.string(),
    LatestStreamLabel: z.string(),
    CreationDateTime: z.number(),
  }),
});
