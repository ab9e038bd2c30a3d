import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { passGate } from '../../domain/gate.ts';
import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import { StoreBusyError } from '../errors.ts';
import { amended, type WriteChange } from './amend.ts';
import { type ReadGate, type StoredGate, stepRequest } from './gate.ts';
import type { GateSetting, GateSwitch } from './gate-switch.ts';
import type { RecordKey } from './keys.ts';
import { patience, transact } from './transact.ts';
import type { Wearer } from './update.ts';

export interface Change {
  readonly scan: RecordedScan;
  readonly wearer: Wearer;
}

/** Says what to write into a record as it is now; null writes nothing. `full`: there is no place left. */
export type Plan = (record: AttendanceRecord | undefined, full: boolean) => Change | null;

/** What came of a plan; `scan` is null where nothing was to be written. */
export interface Passed {
  readonly scan: RecordedScan | null;
  readonly record: AttendanceRecord | undefined;
  /** How many are inside now; null where capacity is not enforced. */
  readonly inside: number | null;
}

interface Waiting {
  readonly key: RecordKey;
  /** Looked for among the refusals that have no place in the record. */
  readonly scanId: string | undefined;
  readonly plan: Plan;
  readonly done: (passed: Passed) => void;
  readonly failed: (error: unknown) => void;
}

interface Parts {
  readonly readGate: ReadGate;
  readonly current: GateSwitch['current'];
  readonly read: (key: RecordKey, scanId: string | undefined) => Promise<AttendanceRecord | undefined>;
  readonly write: WriteChange;
}

/** Written in one transaction: 100 items are allowed, one of them is the gate. */
const AT_ONCE = 24;

/**
 * What this process wants to write at one gate, in the order in which it came, many changes in one transaction: a gate
 * takes about one transaction in 10 ms (AWS), however many doors wait at it.
 */
export const gateQueue = (
  client: DynamoDBClient,
  table: string,
  { readGate, current, read, write }: Parts,
  at: { readonly event: string; readonly sessionId: string },
) => {
  let waiting: Waiting[] = [];
  let working = false;
  /** As the newest caller knows it. */
  let setting: GateSetting | undefined;

  /** @returns those that have to be looked at again */
  const round = async (batch: readonly Waiting[]): Promise<readonly Waiting[]> => {
    const gate = (await (setting ? current(setting) : readGate(at.event, at.sessionId))) ?? CLOSED;
    const found = await Promise.all(batch.map(({ key, scanId }) => read(key, scanId)));
    const { moves, most } = passGate(
      gate,
      batch.map(({ plan }, index) => ({
        record: found[index],
        plan: (full: boolean) => plan(found[index], full),
      })),
    );
    const planned = batch.map((each, index) => ({ each, record: found[index], move: moves[index] }));
    const together = planned.filter(({ move }) => move && move.step !== 0);
    if (together.length > 0) {
      const updates = together.flatMap(({ each, record, move }) =>
        move?.change
          ? [amended(table, each.key, record, move.change, move.holds ? gate.epoch : undefined)]
          : [],
      );
      const step = together.reduce((sum, { move }) => sum + (move?.step ?? 0), 0);
      const requests = [
        ...updates.map(({ request }) => request),
        stepRequest(table, at, gate, { step, changes: together.length, most }),
      ];
      const { kind } = await transact(client, requests);
      if (kind !== 'done') return batch;
      const inside = await insideNow(gate);
      for (const [index, { each, move }] of together.entries()) {
        each.done({ scan: move?.change?.scan ?? null, record: updates[index]?.record, inside });
      }
    }
    return alone(
      gate,
      planned.filter(({ move }) => !move || move.step === 0),
    );
  };

  /** Changes that leave the gate as it is. */
  const alone = async (
    gate: StoredGate,
    planned: readonly {
      each: Waiting;
      record: AttendanceRecord | undefined;
      move: { readonly change: Change | null; readonly holds: boolean } | undefined;
    }[],
  ): Promise<Waiting[]> => {
    const inside = gate.limit === null || planned.length === 0 ? null : await insideNow(gate);
    const again = await Promise.all(
      planned.map(async ({ each, record, move }) => {
        if (!move?.change) {
          each.done({ scan: null, record, inside });
          return [];
        }
        const { scan, wearer } = move.change;
        const holds = move.holds ? gate.epoch : undefined;
        const written = await write(each.key, record, scan, wearer, holds);
        if (written.kind === 'differs') return [each];
        each.done({ scan, record: written.record, inside });
        return [];
      }),
    );
    return again.flat();
  };

  const insideNow = async (gate: StoredGate): Promise<number | null> => {
    if (gate.limit === null) return null;
    const now = await readGate(at.event, at.sessionId).catch(() => undefined);
    return now?.inside ?? null;
  };

  /** From the front of the queue, each record once: of two changes of one record the second sees the first. */
  const nextBatch = (): Waiting[] => {
    const seen = new Set<string>();
    let size = 0;
    for (const { key } of waiting.slice(0, AT_ONCE)) {
      if (seen.has(key.badgeId)) break;
      seen.add(key.badgeId);
      size += 1;
    }
    const batch = waiting.slice(0, size);
    waiting = waiting.slice(size);
    return batch;
  };

  /** One that can't be read or written must not take the others with it. */
  const letThrough = async (batch: readonly Waiting[]): Promise<void> => {
    let left = batch;
    const pause = patience();
    try {
      while (left.length > 0) {
        left = await round(left);
        if (left.length > 0) await pause();
      }
    } catch (error) {
      if (left.length > 1 && !(error instanceof StoreBusyError)) {
        for (const each of left) await letThrough([each]);
      } else {
        for (const each of left) each.failed(error);
      }
    }
  };

  const work = async (): Promise<void> => {
    working = true;
    while (waiting.length > 0) await letThrough(nextBatch());
    working = false;
  };

  return (
    key: RecordKey,
    plan: Plan,
    more: { readonly setting?: GateSetting | undefined; readonly scanId?: string | undefined },
  ): Promise<Passed> =>
    new Promise((done, failed) => {
      if (more.setting && (!setting || setting.revision <= more.setting.revision)) setting = more.setting;
      waiting.push({ key, scanId: more.scanId, plan, done, failed });
      if (!working) void work();
    });
};

/** Stands for a gate that is not there. */
const CLOSED: StoredGate = {
  epoch: 0,
  limit: null,
  inside: 0,
  revision: 0,
  opened: 0,
  changes: 0,
  since: 0,
  counted: false,
  settled: false,
};
