import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { Problem } from '../../contract/problem.ts';
import type { AnnouncementEdition, AnnouncementRecord } from '../../domain/announcement.ts';
import { type PublicView, publicView } from '../../domain/announcement-view.ts';
import { queryPages } from '../query-pages.ts';
import {
  editionItem,
  editionOf,
  editionPartition,
  publicItem,
  publicPartition,
  publicSort,
  publicViewOf,
  RECORD,
  recordItem,
  recordKey,
  recordOf,
} from './items.ts';

const MAX_TRIES = 4;
const FIRST_PAUSE_MS = 25;
/** Lambda answers at most 6 MB; a page of long texts ends before. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_PAGE_BYTES = 3_000_000;

/** Somebody else changed the record in between. */
export class StaleVersionError extends Error {
  override readonly name = 'StaleVersionError';
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins, when there is more. */
  readonly nextCursor?: string;
}

export interface PageRequest<Item> {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly keep: (item: Item) => boolean;
}

/** All that the index holds: no text under embargo is copied into it. */
const dueEntry = z.object({ pk: z.string(), sk: z.string(), publishAt: z.string() });
export interface DueAnnouncement {
  readonly event: string;
  readonly announcementId: string;
  readonly publishAt: number;
}

type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/**
 * Always a transaction, also for one item: its ClientRequestToken makes the SDK's own retry after a lost
 * answer succeed, where a conditional put would find its own write and call it stale.
 */
const transact = async (documents: DynamoDBDocumentClient, writes: Writes): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await documents.send(new TransactWriteCommand({ TransactItems: writes }));
      return;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
      if (codes.includes('ConditionalCheckFailed')) throw new StaleVersionError('changed in between');
      if (codes.includes('ValidationError') || codes.includes('ItemCollectionSizeLimitExceeded')) throw error;
      if (attempt === MAX_TRIES) {
        throw new Problem('unavailable', 'The store is busy. Send the same request again.', {
          headers: { 'retry-after': '1' },
          cause: error,
        });
      }
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempt);
    }
  }
};

const readCursor = (cursor: string | undefined): string | undefined => {
  if (cursor === undefined) return undefined;
  const sk = Buffer.from(cursor, 'base64url').toString('utf8');
  if (sk === '' || writeCursor(sk) !== cursor) {
    throw new Problem('validation', 'The cursor is not one of ours', {
      errors: [{ pointer: '/cursor', detail: 'must be the nextCursor of the page before' }],
    });
  }
  return sk;
};
const writeCursor = (sk: string) => Buffer.from(sk, 'utf8').toString('base64url');

export const announcementStore = (documents: DynamoDBDocumentClient, table: string) => {
  /** Newest first; a cursor is a sort key alone, so that it opens no other partition. */
  const readPage = async <Item>(
    pk: string,
    prefix: string,
    parse: (item: unknown) => Item,
    { limit, cursor, keep }: PageRequest<Item>,
  ): Promise<Page<Item>> => {
    const after = readCursor(cursor);
    const items: Item[] = [];
    let bytes = 0;
    let last: string | undefined;
    for await (const page of queryPages(documents, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
      ScanIndexForward: false,
      ...(after !== undefined && { ExclusiveStartKey: { pk, sk: after } }),
    })) {
      for (const stored of page) {
        const item = parse(stored);
        if (!keep(item)) continue;
        if (last !== undefined && (items.length === limit || bytes > MAX_PAGE_BYTES)) {
          return { items, nextCursor: writeCursor(last) };
        }
        items.push(item);
        bytes += Buffer.byteLength(JSON.stringify(item));
        last = z.string().parse(stored['sk']);
      }
    }
    return { items };
  };

  return {
    get: async (event: string, announcementId: string): Promise<AnnouncementRecord | undefined> => {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: recordKey(event, announcementId), ConsistentRead: true }),
      );
      return Item && recordOf(Item);
    },

    /**
     * Stores a changed record, with the edition that it publishes and what the public lists show of it:
     * all or nothing, and only on top of the version before.
     * @throws {StaleVersionError} when that is not the version stored
     */
    save: async (
      event: string,
      record: AnnouncementRecord,
      edition: AnnouncementEdition | null,
    ): Promise<void> => {
      const view = publicView(record);
      await transact(documents, [
        {
          Put: {
            TableName: table,
            Item: recordItem(event, record),
            ...(record.version === 1
              ? { ConditionExpression: 'attribute_not_exists(pk)' }
              : {
                  ConditionExpression: 'version = :before',
                  ExpressionAttributeValues: { ':before': record.version - 1 },
                }),
          },
        },
        ...(edition
          ? [
              {
                Put: {
                  TableName: table,
                  Item: editionItem(event, edition),
                  ConditionExpression: 'attribute_not_exists(pk)',
                },
              },
            ]
          : []),
        ...(view ? [{ Put: { TableName: table, Item: publicItem(event, view) } }] : []),
      ]);
    },

    /** Every announcement, whatever its state: for organizers and press. Newest draft first. */
    listAll: (event: string, request: PageRequest<AnnouncementRecord>): Promise<Page<AnnouncementRecord>> =>
      readPage(event, RECORD, recordOf, request),

    /** What is out, newest publication first: from its own partition, where drafts never are. */
    listPublic: (event: string, request: PageRequest<PublicView>): Promise<Page<PublicView>> =>
      readPage(publicPartition(event), publicSort, publicViewOf, request),

    editions: async (event: string, announcementId: string): Promise<AnnouncementEdition[]> => {
      const editions: AnnouncementEdition[] = [];
      for await (const items of queryPages(documents, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': editionPartition(event, announcementId), ':prefix': 'E#' },
        ConsistentRead: true,
      })) {
        editions.push(...items.map(editionOf));
      }
      return editions;
    },

    /** What is scheduled up to a time (ms), soonest first, page by page. */
    due: async function* (until: number): AsyncGenerator<DueAnnouncement[]> {
      let start: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await documents.send(
          new QueryCommand({
            TableName: table,
            IndexName: 'due',
            KeyConditionExpression: 'duePk = :due AND publishAt <= :until',
            ExpressionAttributeValues: { ':due': 'due', ':until': new Date(until).toISOString() },
            ExclusiveStartKey: start,
          }),
        );
        yield Items.map((item) => {
          const { pk, sk, publishAt } = dueEntry.parse(item);
          return { event: pk, announcementId: sk.slice(RECORD.length), publishAt: Date.parse(publishAt) };
        });
        start = LastEvaluatedKey;
      } while (start);
    },
  };
};
export type AnnouncementStore = ReturnType<typeof announcementStore>;
