import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type GateMove, passGate } from '../../domain/gate.ts';
import type { AttendanceRecord } from '../../domain/scan.ts';
import type { WriteChange } from './amend.ts';
import type { ReadGate, StoredGate } from './gate.ts';
import type { GateSwitch } from './gate-switch.ts';
import { togetherWriter } from './gate-together.ts';
import type { Change, Planned, Waiting } from './gate-waiting.ts';
import type { GateSetting } from './gate-writes.ts';
import type { RecordKey } from './keys.ts';

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
  const insideNow = async (gate: StoredGate): Promise<number | null> => {
    if (gate.limit === null) return null;
    const now = await readGate(at.event, at.sessionId).catch(() => undefined);
    return now?.inside ?? null;
  };
  const writeTogether = togetherWriter(client, table, insideNow, at);

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
    const together = planned.flatMap(({ each, record, move }) =>
      move?.change && move.step !== 0 ? [{ each, record, move, change: move.change }] : [],
    );
    if (together.length > 0 && !(await writeTogether(gate, together, most, pause))) return batch;
    return alone(
      gate,
      planned.filter(({ move }) => !move || move.step === 0),
    );
  };

  /** Changes that leave the gate as it is. */
  const alone = async (
    gate: StoredGate,
    planned: readonly (Planned & { readonly move: GateMove<Change> | undefined })[],
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

  return round;
};
