import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AttendanceRecord } from '../../domain/scan.ts';
import type { WriteChange } from './amend.ts';
import { gateReader } from './gate.ts';
import { gateQueue } from './gate-queue.ts';
import { gateSwitch } from './gate-switch.ts';
import type { Change, Passed, Plan } from './gate-waiting.ts';
import type { GateSetting } from './gate-writes.ts';
import type { RecordKey } from './keys.ts';
import type { RecordReader } from './read.ts';
import type { Written } from './update.ts';

const MAX_QUEUES = 10_000;

/**
 * The gates of sessions with enforced capacity: records and gate change in one transaction, so that the number inside
 * never exceeds the limit (I5).
 */
export const sessionGates = (
  client: DynamoDBClient,
  table: string,
  {
    records,
    read,
    write,
  }: {
    readonly records: RecordReader['records'];
    readonly read: (key: RecordKey, scanId: string | undefined) => Promise<AttendanceRecord | undefined>;
    readonly write: WriteChange;
  },
) => {
  const readGate = gateReader(client, table);
  const { current, rebuild } = gateSwitch(client, table, { records, readGate });
  const queues = new Map<string, ReturnType<typeof gateQueue>>();

  const queueOf = (event: string, sessionId: string) => {
    const name = `${event}#${sessionId}`;
    const queue =
      queues.get(name) ?? gateQueue(client, table, { readGate, current, read, write }, { event, sessionId });
    if (queues.size >= MAX_QUEUES) queues.clear();
    queues.set(name, queue);
    return queue;
  };

  return {
    get: readGate,
    /** Makes the gate of a session as its programme says: whoever is inside when it opens holds a place. */
    follow: current,
    /** Mends a gate that is wrong; false where it has been mended meanwhile. */
    rebuild,

    /** Decides and writes at the gate, in the order in which it is asked. */
    pass: (key: RecordKey, scanId: string, setting: GateSetting, plan: Plan): Promise<Passed> =>
      queueOf(key.event, key.sessionId)(key, plan, { setting, scanId }),

    /** Writes into a record if it is still the one that was read. */
    amend: async (key: RecordKey, record: AttendanceRecord | undefined, change: Change): Promise<Written> => {
      const isAsRead = (now: AttendanceRecord | undefined) => now?.changes === record?.changes;
      const plan: Plan = (now) => (isAsRead(now) ? change : null);
      const { scan, record: after } = await queueOf(key.event, key.sessionId)(key, plan, {
        scanId: change.scan.scanId,
      });
      return scan && after ? { kind: 'stored', record: after } : { kind: 'differs', record: after };
    },
  };
};
export type SessionGates = ReturnType<typeof sessionGates>;
