import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { AnnouncementEdition, AnnouncementRecord } from '../../domain/announcement.ts';
import { type PublicView, publicView } from '../../domain/announcement-view.ts';
import { StaleVersionError, StoreBusyError } from '../errors.ts';
import { listPage, type Page, type PageRequest } from '../list-page.ts';
import { queryPages } from '../query-pages.ts';
import { DUE_INDEX } from '../tables.ts';
import {
  editionItem,
  editionKey,
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
        throw new StoreBusyError('an announcement could not be written', { cause: error });
      }
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempt);
    }
  }
};

/**
 * Stores a changed record, with the edition that it publishes and what the public lists show of it:
 * all or nothing, and only on top of the version before.
 * @throws {StaleVersionError} when that is not the version stored
 */
const saver =
  (documents: DynamoDBDocumentClient, table: string) =>
  async (event: string, record: AnnouncementRecord, edition: AnnouncementEdition | null): Promise<void> => {
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
  };

export const announcementStore = (documents: DynamoDBDocumentClient, table: string) => {
  return {
    get: async (event: string, announcementId: string): Promise<AnnouncementRecord | undefined> => {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: recordKey(event, announcementId), ConsistentRead: true }),
      );
      return Item && recordOf(Item);
    },

    save: saver(documents, table),

    /**
     * Deletes a record that has no edition.
     * @throws {StaleVersionError} when this is not the version stored
     */
    remove: (event: string, { announcementId, version }: AnnouncementRecord): Promise<void> =>
      transact(documents, [
        {
          Delete: {
            TableName: table,
            Key: recordKey(event, announcementId),
            ConditionExpression: 'version = :version AND edition = :none',
            ExpressionAttributeValues: { ':version': version, ':none': 0 },
          },
        },
      ]),

    /** Every announcement, whatever its state: for organizers and press. Newest draft first. */
    listAll: (event: string, request: PageRequest<AnnouncementRecord>): Promise<Page<AnnouncementRecord>> =>
      listPage(documents, { table, pk: event, prefix: RECORD, newestFirst: true, parse: recordOf }, request),

    /** What is out, newest publication first: from its own partition, where drafts never are. */
    listPublic: (event: string, request: PageRequest<PublicView>): Promise<Page<PublicView>> =>
      listPage(
        documents,
        { table, pk: publicPartition(event), prefix: publicSort, newestFirst: true, parse: publicViewOf },
        request,
      ),

    edition: async (
      event: string,
      announcementId: string,
      edition: number,
    ): Promise<AnnouncementEdition | undefined> => {
      const { Item } = await documents.send(
        new GetCommand({
          TableName: table,
          Key: editionKey(event, announcementId, edition),
          ConsistentRead: true,
        }),
      );
      return Item && editionOf(Item);
    },

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
      for await (const items of queryPages(documents, {
        TableName: table,
        IndexName: DUE_INDEX.name,
        KeyConditionExpression: 'duePk = :due AND publishAt <= :until',
        ExpressionAttributeValues: { ':due': 'due', ':until': new Date(until).toISOString() },
      })) {
        yield items.map((item) => {
          const { pk, sk, publishAt } = dueEntry.parse(item);
          return { event: pk, announcementId: sk.slice(RECORD.length), publishAt: Date.parse(publishAt) };
        });
      }
    },
  };
};
export type AnnouncementStore = ReturnType<typeof announcementStore>;
