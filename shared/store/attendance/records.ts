import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type Update,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { foldAttendance } from '../../domain/attendance.ts';
import type { AttendanceRecord, RecordedScan, Reentry } from '../../domain/scan.ts';
import { scanOrder } from '../../domain/scan.ts';
import {
  attendanceKey,
  badgeSortKey,
  derivedValues,
  isBadgeSortKey,
  isRecordSortKey,
  MARK_SORT_KEY,
  MalformedItem,
  recordFromImage,
  refusalSortKey,
  scanAttribute,
  scanToValue,
} from './item.ts';

/** Where a record lives. */
export interface RecordKey {
  readonly event: string;
  readonly sessionId: string;
  readonly shard: number;
  readonly badgeId: string;
}

/** What is written about the badge beside the scan. */
export interface Wearer {
  readonly category: string;
  readonly country: string | null;
  readonly reentry: Reentry;
}

/** What a scan may be appended to without looking: the state that the write is conditional on. */
export type Expectation = 'outside' | 'inside' | 'never-admitted' | 'anything' | 'unseen';

/** The exact number inside of a session with enforced capacity, changed with the record in one transaction. */
export interface Gate {
  /** Entries are written only below this; null writes in any case. */
  readonly limit: number | null;
  /** Over how many keys the session's records are spread. */
  readonly shards: number;
}

export type Written =
  | { readonly kind: 'stored'; readonly record: AttendanceRecord }
  /** Not written: the record is not as expected. */
  | { readonly kind: 'differs'; readonly record: AttendanceRecord | undefined }
  /** Not written: the gate is at its limit. */
  | { readonly kind: 'full' };

const GATE_SHARD = 'gate';
const GATE_KEY = 'GATE';

const EXPECTATIONS: Record<Expectation, string | null> = {
  unseen: null,
  anything: null,
  outside: '(attribute_not_exists(#in) OR #in = :no)',
  inside: '#in = :yes',
  'never-admitted': 'attribute_not_exists(fe)',
};

/** Most attempts of a write that lost a race, with random waits between them. */
const MAX_TRANSACTION_ATTEMPTS = 12;
const RETRY_BASE_MS = 8;

const readRecord = (
  item: Record<string, AttributeValue>,
  malformed: ((error: MalformedItem) => void) | undefined,
): AttendanceRecord | undefined => {
  try {
    return recordFromImage(item);
  } catch (error) {
    if (!(error instanceof MalformedItem) || !malformed) throw error;
    malformed(error);
    return undefined;
  }
};

/** The only code that reads and writes the Attendance table. */
export const attendanceStore = (client: DynamoDBClient, table: string) => {
  const keyOf = ({ event, sessionId, shard, badgeId }: RecordKey): Record<string, AttributeValue> => ({
    pk: { S: attendanceKey(event, sessionId, shard) },
    sk: { S: badgeSortKey(badgeId) },
  });
  const gateKey = (event: string, sessionId: string): Record<string, AttributeValue> => ({
    pk: { S: `${event}#${sessionId}#${GATE_SHARD}` },
    sk: { S: GATE_KEY },
  });

  const get = async (key: RecordKey): Promise<AttendanceRecord | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true }),
    );
    return Item && recordFromImage(Item);
  };

  const gateInside = async (event: string, sessionId: string): Promise<number | undefined> => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: gateKey(event, sessionId), ConsistentRead: true }),
    );
    return Item?.['inside']?.N === undefined ? undefined : Number(Item['inside'].N);
  };

  /** One UpdateItem; the old item comes back where the condition fails. */
  const update = async (request: Update): Promise<Written> => {
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({ ...request, ReturnValues: 'ALL_NEW' }),
      );
      if (!Attributes) throw new Error('UpdateItem answered no attributes');
      return { kind: 'stored', record: recordFromImage(Attributes) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { kind: 'differs', record: error.Item && recordFromImage(error.Item) };
    }
  };

  /** Record and gate in one transaction: `inside` of the gate never exceeds its limit (I5). */
  const updateWithGate = async (
    key: RecordKey,
    request: Update,
    step: 1 | -1,
    gate: Gate,
  ): Promise<Written> => {
    const limited = step > 0 && gate.limit !== null;
    const gateUpdate: Update = {
      TableName: table,
      Key: gateKey(key.event, key.sessionId),
      UpdateExpression: 'ADD inside :step',
      ConditionExpression: limited ? 'inside < :limit' : 'attribute_exists(inside)',
      ExpressionAttributeValues: {
        ':step': { N: String(step) },
        ...(limited && { ':limit': { N: String(gate.limit) } }),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.send(
          new TransactWriteItemsCommand({ TransactItems: [{ Update: request }, { Update: gateUpdate }] }),
        );
        const record = await get(key);
        if (!record) throw new Error('a record that was just written is gone');
        return { kind: 'stored', record };
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const [ofRecord, ofGate] = error.CancellationReasons ?? [];
        if (ofRecord?.Code === 'ConditionalCheckFailed') {
          return { kind: 'differs', record: ofRecord.Item && recordFromImage(ofRecord.Item) };
        }
        if (ofGate?.Code === 'ConditionalCheckFailed') {
          if (ofGate.Item?.['inside']) return { kind: 'full' };
          await openGate(key.event, key.sessionId, gate.shards);
        } else if (attempt >= MAX_TRANSACTION_ATTEMPTS) {
          throw error;
        } else {
          await new Promise((done) =>
            setTimeout(done, Math.random() * RETRY_BASE_MS * 2 ** Math.min(attempt, 6)),
          );
        }
      }
    }
  };

  /** Every record of one key, page by page, read consistently; a malformed item throws if nobody takes it. */
  async function* records(
    event: string,
    sessionId: string,
    shard: number,
    malformed?: (error: MalformedItem) => void,
  ): AsyncGenerator<AttendanceRecord> {
    const pages = paginateQuery(
      { client },
      {
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: attendanceKey(event, sessionId, shard) } },
      },
    );
    for await (const { Items = [] } of pages) {
      for (const item of Items) {
        const record = isRecordSortKey(item['sk']?.S ?? '') ? readRecord(item, malformed) : undefined;
        if (record) yield record;
      }
    }
  }

  /** Begins to count a session that has just become enforced with whoever is inside already. */
  const openGate = async (event: string, sessionId: string, shards: number): Promise<void> => {
    let inside = 0;
    for (let shard = 0; shard < shards; shard += 1) {
      for await (const record of records(event, sessionId, shard)) {
        if (foldAttendance(record.scans, record.reentry).inside) inside += 1;
      }
    }
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: { ...gateKey(event, sessionId), inside: { N: String(inside) } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

  return {
    get,
    gateInside,
    records,

    /**
     * The hot path: one conditional write without a read. Written only if the scan is unseen, newer than
     * everything recorded (unless refused) and the record is as expected.
     */
    append: (
      key: RecordKey,
      scan: RecordedScan,
      wearer: Wearer,
      expected: Expectation,
      gate?: Gate,
    ): Promise<Written> => {
      const accepted = scan.refused === null;
      const expectation = EXPECTATIONS[expected];
      const names: Record<string, string> = { '#s': scanAttribute(scan.scanId) };
      const values: Record<string, AttributeValue> = {
        ':scan': scanToValue(scan),
        ':one': { N: '1' },
        ':cat': { S: wearer.category },
      };
      const set = ['#s = :scan', 'cat = :cat'];
      const conditions = ['attribute_not_exists(#s)'];
      if (wearer.country !== null) {
        values[':cc'] = { S: wearer.country };
        set.push('cc = :cc');
      }
      if (wearer.reentry !== 'after-exit') {
        values[':re'] = { S: wearer.reentry };
        set.push('re = :re');
      }
      if (accepted) {
        names['#in'] = 'in';
        values[':order'] = { S: scanOrder(scan) };
        values[':now'] = { BOOL: scan.direction === 'entry' };
        set.push('ls = :order', '#in = :now');
        if (scan.direction === 'entry') {
          values[':at'] = { N: String(scan.scannedAt) };
          set.push('fe = if_not_exists(fe, :at)');
        }
        conditions.push('(attribute_not_exists(ls) OR ls < :order)');
        if (scan.conflict !== null) set.push('conflictAt = :order');
      }
      if (expectation) {
        conditions.push(expectation);
        if (expectation.includes(':no')) values[':no'] = { BOOL: false };
        if (expectation.includes(':yes')) values[':yes'] = { BOOL: true };
      }
      const request: Update = {
        TableName: table,
        Key: keyOf(key),
        UpdateExpression: `SET ${set.join(', ')} ADD ch :one`,
        ConditionExpression: conditions.join(' AND '),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      };
      if (!gate || !accepted) return update(request);
      return updateWithGate(key, request, scan.direction === 'entry' ? 1 : -1, gate);
    },

    /** Writes a scan into a record that was read before; the write holds only if the record is still that one. */
    amend: (
      key: RecordKey,
      record: AttendanceRecord | undefined,
      scan: RecordedScan,
      wearer: Wearer,
      gate?: Gate,
    ): Promise<Written> => {
      const before = record?.scans ?? [];
      const after = [...before.filter(({ scanId }) => scanId !== scan.scanId), scan];
      const { set, remove } = derivedValues(after, wearer.reentry);
      const names: Record<string, string> = { '#s': scanAttribute(scan.scanId) };
      const values: Record<string, AttributeValue> = {
        ':scan': scanToValue(scan),
        ':one': { N: '1' },
        ':cat': { S: wearer.category },
        ...(record && { ':seen': { N: String(record.changes) } }),
      };
      const assignments = ['#s = :scan', 'cat = :cat'];
      const assign = (name: string, value: AttributeValue) => {
        names[`#${name}`] = name;
        values[`:${name}`] = value;
        assignments.push(`#${name} = :${name}`);
      };
      for (const [name, value] of Object.entries(set)) assign(name, value);
      if (wearer.country !== null) assign('cc', { S: wearer.country });
      if (wearer.reentry !== 'after-exit') assign('re', { S: wearer.reentry });
      for (const name of remove) names[`#${name}`] = name;
      const request: Update = {
        TableName: table,
        Key: keyOf(key),
        UpdateExpression: [
          `SET ${assignments.join(', ')}`,
          ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
          'ADD ch :one',
        ].join(' '),
        ConditionExpression: record ? 'ch = :seen' : 'attribute_not_exists(ch)',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      };
      const step =
        Number(foldAttendance(after, wearer.reentry).inside) -
        Number(foldAttendance(before, wearer.reentry).inside);
      if (!gate || step === 0) return update(request);
      return updateWithGate(key, request, step > 0 ? 1 : -1, gate);
    },

    /**
     * Stores a refusal that belongs to no known badge, once; answers what is stored under this scanId.
     * `sessionId` is null where the session does not exist.
     */
    refuseUnknown: async (
      event: string,
      sessionId: string | null,
      shard: number,
      scan: RecordedScan,
    ): Promise<{ scan: RecordedScan; replayed: boolean }> => {
      const Key = {
        pk: { S: attendanceKey(event, sessionId, shard) },
        sk: { S: refusalSortKey(scan.scanId) },
      };
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: { ...Key, [scanAttribute(scan.scanId)]: scanToValue(scan), ch: { N: '1' } },
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { scan, replayed: false };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
        return { scan: recordFromImage(error.Item).scans[0] ?? scan, replayed: true };
      }
    },

    /**
     * Leaves a mark in the stream of one key: once the counter names it, the counter has seen everything that
     * was written there before.
     */
    mark: async (event: string, sessionId: string, shard: number, mark: string): Promise<void> => {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            pk: { S: attendanceKey(event, sessionId, shard) },
            sk: { S: MARK_SORT_KEY },
            mark: { S: mark },
          },
        }),
      );
    },

    /** Records of one key that hold a conflict, newest conflict first. */
    conflicting: async (
      event: string,
      sessionId: string,
      shard: number,
      limit: number,
    ): Promise<AttendanceRecord[]> => {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'conflicts',
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: attendanceKey(event, sessionId, shard) } },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return Items.filter(({ sk }) => sk?.S !== undefined && isBadgeSortKey(sk.S)).map(recordFromImage);
    },
  };
};

export type AttendanceStore = ReturnType<typeof attendanceStore>;
