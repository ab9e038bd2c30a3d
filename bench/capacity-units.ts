import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { checkIn } from '../shared/door/check-in.ts';
import { conferences } from '../shared/door/conference.ts';
import { attendanceStore } from '../shared/store/attendance/records.ts';
import { badgeStore } from '../shared/store/badges/badges.ts';
import { countStore } from '../shared/store/counts/counts.ts';
import { doorProgrammes } from '../shared/store/door-programme.ts';
import type { BenchHost } from './bench-host.ts';
import { type Doors, EVENT, HALL } from './conference.ts';
import { tableCalled } from './counting.ts';
import { localDynamo } from './raw-engine.ts';
import { median, rounded } from './statistics.ts';

interface Units {
  write: number;
  read: number;
}

const consumed = z.object({ CapacityUnits: z.number().optional() });
const answered = z.object({ ConsumedCapacity: z.union([consumed, z.array(consumed)]).optional() });
const READS = /^(Get|BatchGet|Query|Scan)/;

/** Asks the engine with every command what it costs, and adds it up. */
const metered = (client: DynamoDBClient, units: Units): DynamoDBClient => {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const { ConsumedCapacity: capacity } = answered.parse(result.output);
        const each = Array.isArray(capacity) ? capacity : capacity ? [capacity] : [];
        const sum = each.reduce((total, { CapacityUnits = 0 }) => total + CapacityUnits, 0);
        units[READS.test(commandName) ? 'read' : 'write'] += sum;
        return result;
      },
    { step: 'initialize', name: 'meteredCapacity' },
  );
  return client;
};

/** Scans of one badge, entry and exit in turns. */
const SCANS_PER_BADGE = 10;

const results = z.object({ results: z.array(z.object({ outcome: z.string(), detail: z.string() })) });

/**
 * Runs the code of the function check-in here, on the host's tables, and asks the engine what each scan costs.
 * Reads that refresh what a door knows (every 2 to 30 s, whatever the load) are told apart.
 */
export const measureCapacityUnits = async (host: BenchHost, doors: Doors, badges: number) => {
  const units: Units = { write: 0, read: 0 };
  const client = metered(localDynamo(host.engine.client.endpoint), units);
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const [attendance, counts, registry] = await Promise.all(
    ['Attendance', 'Counts', 'Registry'].map((name) => tableCalled(host, name)),
  );
  if (!attendance || !counts || !registry) throw new Error('a table is missing');
  const handle = checkIn({
    attendance: attendanceStore(client, attendance),
    conferences: conferences({
      programme: doorProgrammes(documents, registry),
      badges: badgeStore(documents, registry),
      counts: countStore(client, counts),
      clock: Date.now,
    }),
    deviceNameOf: async () => null,
    heardOf: () => undefined,
    badgeNames: async () => new Map(),
    clock: Date.now,
  });
  const send = async (scan: object): Promise<Units> => {
    const before = { ...units };
    const { body } = await handle({
      params: { event: EVENT },
      query: undefined,
      body: { scans: [scan] },
      text: '',
      headers: {},
      principal: { kind: 'device', deviceId: 'bench-device', event: EVENT, role: 'scanner', sessions: null },
      requestId: randomUUID(),
      path: `/v1/events/${EVENT}/check-ins`,
    });
    const [result] = results.parse(body).results;
    if (result?.outcome !== 'admitted' && result?.outcome !== 'left')
      throw new Error(`a scan was not accepted: ${result?.detail}`);
    return { write: units.write - before.write, read: units.read - before.read };
  };
  const [first, ...others] = doors.scans(badges + 1, () => HALL);
  if (!first) throw new Error('no badges');
  const { badgeId: _, ...warmUp } = first;
  await send(warmUp);
  const costs: Units[] = [];
  const startedAt = Date.now() - SCANS_PER_BADGE * 1000;
  for (let turn = 0; turn < SCANS_PER_BADGE; turn += 1) {
    for (const { badge } of others) {
      costs.push(
        await send({
          scanId: randomUUID(),
          sessionId: HALL,
          badge,
          direction: turn % 2 === 0 ? 'entry' : 'exit',
          scannedAt: new Date(startedAt + turn * 1000).toISOString(),
        }),
      );
    }
  }
  client.destroy();
  const writes = costs.map(({ write }) => write);
  const reads = costs.map(({ read }) => read);
  return {
    scans: costs.length,
    writeUnits: { median: median(writes), max: Math.max(...writes) },
    readUnits: {
      median: median(reads),
      /** Scans that found something of the door's knowledge too old. */
      refreshes: reads.filter((read) => read > 0).length,
      inRefreshes: rounded(
        reads.reduce((sum, read) => sum + read, 0),
        1,
      ),
    },
  };
};
