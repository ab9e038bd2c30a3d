import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { passGate } from '../../domain/gate.ts';
import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import { amended, type WriteChange } from './amend.ts';
import { type ReadGate, type StoredGate, stepRequest } from './gate.ts';
import type { GateSwitch } from './gate-switch.ts';
import type { GateSetting } from './gate-writes.ts';
import type { RecordKey } from './keys.ts';
import { transact } from './transact.ts';
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

export interface Waiting {
  readonly key: RecordKey;
  /** Looked for among the refusals that have no place in the record. */
  readonly scanId: string | undefined;
  readonly plan: Plan;
  /** When it joined the queue, by this process's steady clock, ms. */
  readonly since: number;
  readonly done: (passed: Passed) => void;
  readonly failed: (error: unknown) => void;
}

export interface GateParts {
  readonly readGate: ReadGate;
  readonly current: GateSwitch['current'];
  readonly read: (key: RecordKey, scanId: string | undefined) => Promise<AttendanceRecord | undefined>;
  readonly write: WriteChange;
}

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

/** Looks at those who wait at one gate, and writes what they may, all that moves the gate in one transaction. */
export const gateRounds = (
  client: DynamoDBClient,
  table: string,
  { readGate, current, read, write }: GateParts,
  at: { readonly event: string; readonly sessionId: string },
) => {
  /** @returns those that have to be looked at again */
  const round = async (
    batch: readonly Waiting[],
    setting: GateSetting | undefined,
    pause: () => Promise<void>,
  ): Promise<readonly Waiting[]> => {
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
      let { kind } = await transact(client, requests);
      // Whoever got in the way may have changed nothing that matters: that is what the conditions are for.
      while (kind === 'conflict') {
        await pause();
        ({ kind } = await transact(client, requests));
      }
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

  return round;
};
