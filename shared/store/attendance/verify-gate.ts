import { setTimeout as delay } from 'node:timers/promises';
import { attendanceIn } from '../../domain/attendance.ts';
import type { StoredGate } from './gate.ts';
import { KNOWN_EVERYWHERE_MS } from './gate-switch.ts';
import type { SessionGates } from './gates.ts';
import type { RecordReader } from './read.ts';

export interface GateStores {
  readonly records: RecordReader['records'];
  readonly gates: Pick<SessionGates, 'get' | 'follow' | 'rebuild'>;
}

/** `pending`: it is being opened, or so many go through it that nothing can be said. */
export type GateVerdict =
  | { readonly kind: 'right' | 'pending' }
  | {
      readonly kind: 'drift';
      /** What the gate says. */
      readonly counted: number;
      /** How many are inside by the records. */
      readonly stored: number;
    };

type Place = { readonly event: string; readonly sessionId: string; readonly shards: number };

const PAUSE_MS = 50;

/** @param holders records that hold a place @param wrong those that hold one and are not inside, or the reverse */
const readPlaces = async ({ records }: GateStores, { event, sessionId, shards }: Place, epoch: number) => {
  let [inside, holders, wrong] = [0, 0, 0];
  for (let shard = 0; shard < shards; shard += 1) {
    for await (const record of records(event, sessionId, shard, () => {})) {
      const [isIn, holds] = [attendanceIn(record).inside, record.holds === epoch];
      inside += Number(isIn);
      holders += Number(holds);
      wrong += Number(isIn !== holds);
    }
  }
  return { inside, holders, wrong };
};

/**
 * Compares a gate with the records. They cannot be read at one instant: of each change of the gate while they were read
 * it is not known whether it was seen, so what differs by no more than those changes is looked at again.
 */
const compare = async (
  stores: GateStores,
  place: Place,
  gate: StoredGate,
  until: number,
): Promise<GateVerdict> => {
  let before = gate;
  for (;;) {
    const { inside, holders, wrong } = await readPlaces(stores, place, before.epoch);
    const after = await stores.gates.get(place.event, place.sessionId);
    if (after?.epoch !== before.epoch) return { kind: 'pending' };
    const changes = after.changes - before.changes;
    // Until every door knows of the gate some let people in beside it; the next one that does counts them.
    const isWrong = wrong > 0 && Date.now() - after.since > KNOWN_EVERYWHERE_MS;
    if (isWrong || Math.abs(before.inside - holders) > changes)
      return { kind: 'drift', counted: after.inside, stored: inside };
    if (changes === 0 && wrong === 0) return { kind: 'right' };
    if (performance.now() > until) return { kind: 'pending' };
    await delay(PAUSE_MS);
    before = after;
  }
};

/** It enforces nothing until a door that has to use it, or a repair, counts it anew. */
const verifyDamaged = async (
  stores: GateStores,
  place: Place & { readonly limit: number },
  { epoch, inside: counted }: StoredGate,
  repair: boolean,
): Promise<GateVerdict & { readonly repaired: boolean }> => {
  const { inside: stored } = await readPlaces(stores, place, epoch);
  // Older than every programme: the first one that changes it is followed.
  if (repair) await stores.gates.follow({ ...place, revision: 1 });
  return { kind: 'drift', counted, stored, repaired: repair };
};

/**
 * Whether the gate of a session with enforced capacity equals the records; undefined where there is none. With `repair`
 * a gate that is not shown to be right is counted anew, in an epoch of its own, which is exact at any traffic.
 * @param until as of performance.now(), ms
 */
export const verifyGate = async (
  stores: GateStores,
  place: Place & { readonly limit: number },
  { repair, until }: { readonly repair: boolean; readonly until: number },
): Promise<(GateVerdict & { readonly repaired: boolean }) | undefined> => {
  const known = await stores.gates.get(place.event, place.sessionId);
  if (known?.damage) return verifyDamaged(stores, place, known, repair);
  if (!known || known.limit === null) return undefined;
  const setting = { ...place, limit: known.limit, revision: known.revision };
  // Who was let in beside it while doors heard of it is counted by whoever looks next: that may be nobody else.
  const isDue = known.counted && !known.settled && Date.now() - known.since > KNOWN_EVERYWHERE_MS;
  const gate = isDue ? ((await stores.gates.follow(setting)) ?? known) : known;
  const verdict: GateVerdict = gate.counted ? await compare(stores, place, gate, until) : { kind: 'pending' };
  if (!repair || verdict.kind === 'right') return { ...verdict, repaired: false };
  if (!gate.counted) {
    await stores.gates.follow(setting);
    return { ...verdict, repaired: false };
  }
  return { ...verdict, repaired: await stores.gates.rebuild(setting, gate) };
};
