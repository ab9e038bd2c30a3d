import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { GateState } from '../../domain/gate.ts';
import { KNOWN_BY_MS } from '../../domain/knowledge.ts';
import { StoreBusyError } from '../errors.ts';
import type { ReadGate, StoredGate } from './gate.ts';
import { countIntoGate } from './gate-count.ts';
import { type GateSetting, gateWrites } from './gate-writes.ts';
import type { RecordReader } from './read.ts';

/** Even doors that could not read the programme for a while know of a change by then, ms. */
export const KNOWN_EVERYWHERE_MS = 120_000;
const MAX_TRIES = 10;
const MAX_REMEMBERED = 10_000;

/** Opens, closes and sets gates as programmes say, and counts into a new epoch whoever is inside. */
export const gateSwitch = (
  client: DynamoDBClient,
  table: string,
  {
    records,
    readGate,
    now = Date.now,
  }: Pick<RecordReader, 'records'> & { readGate: ReadGate; now?: () => number },
) => {
  /** Epochs in which this process has looked for people who were let in beside the gate, early and late. */
  const looked = new Set<string>();
  const counting = new Map<string, Promise<void>>();

  const { begin, change, counted } = gateWrites(client, table, now);

  /** Follows the programme, unless the gate follows a newer one. */
  const follow = async (setting: GateSetting): Promise<StoredGate | undefined> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const known = await readGate(setting.event, setting.sessionId);
      if (
        known ? known.limit === setting.limit || known.revision >= setting.revision : setting.limit === null
      ) {
        return known;
      }
      if (known) await change(setting, known);
      else if (setting.limit !== null) await begin({ ...setting, limit: setting.limit }, known);
    }
    throw new StoreBusyError('The capacity of a session is changed too often');
  };

  /** Doors that do not know of a gate let people in beside it: who looked early has not seen them all. */
  const phaseOf = ({ since }: StoredGate): 'early' | 'late' | 'over' => {
    const age = now() - since;
    if (age > KNOWN_EVERYWHERE_MS) return 'over';
    return age >= KNOWN_BY_MS ? 'late' : 'early';
  };

  const count = async (setting: GateSetting, known: StoredGate): Promise<void> => {
    const isKnownEverywhere = phaseOf(known) === 'over';
    await countIntoGate(client, table, { records, readGate }, setting, known.epoch);
    // A write of the gate gets in the way of everybody who goes through it.
    if (!known.counted || isKnownEverywhere) await counted(setting, known.epoch, isKnownEverywhere);
  };

  /** The gate as it is to be used now: following the programme, and with everyone counted who was inside before. */
  const current = async (setting: GateSetting): Promise<StoredGate | undefined> => {
    const known = await follow(setting);
    if (!known || known.limit === null) return known;
    const phase = phaseOf(known);
    const name = `${setting.event}#${setting.sessionId}#${known.epoch}#${phase}`;
    // Until it knows of the gate this process lets people in beside it: having looked before then says nothing.
    const isAware = setting.limit !== null && setting.revision >= known.opened;
    const isLookedAt = phase !== 'over' && (!isAware || looked.has(name));
    if (known.counted && (known.settled || isLookedAt)) return known;
    const underWay = counting.get(name) ?? count(setting, known).finally(() => counting.delete(name));
    counting.set(name, underWay);
    await underWay;
    if (looked.size >= MAX_REMEMBERED) looked.clear();
    if (isAware) looked.add(name);
    return readGate(setting.event, setting.sessionId);
  };

  return {
    current,
    /** Begins a new epoch and counts into it: mends a gate that is wrong, whatever goes on at the doors. */
    rebuild: async (setting: GateSetting, wrong: GateState): Promise<boolean> => {
      const known = await readGate(setting.event, setting.sessionId);
      if (!known || known.limit === null || known.epoch !== wrong.epoch) return false;
      const begun = await begin({ ...setting, limit: known.limit, revision: known.revision }, known);
      if (begun) await current({ ...setting, limit: known.limit, revision: known.revision });
      return begun;
    },
  };
};
export type GateSwitch = ReturnType<typeof gateSwitch>;
