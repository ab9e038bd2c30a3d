import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../../../programmes/gdec-2023/seeded-random.ts';
import type { CountStore } from '../../../shared/store/counts/counts.ts';

/** What can go wrong at an await of `count`. */
const callFaults = [
  /** The request never arrives. */
  'request lost',
  /** The write is done, its answer never arrives. */
  'answer lost',
  /** The caller gives up; the write lands later, maybe after the retry. */
  'late write',
  'throttled',
  'slow',
  'killed before a call',
  'killed after a call',
] as const;
type CallFault = (typeof callFaults)[number];

export class Injected extends Error {
  override readonly name = 'Injected';
}

export interface Faults {
  readonly random: SeededRandom;
  /** Notes something that the suite did on purpose. */
  note(kind: string): void;
  /** What goes wrong with this call, if anything does. */
  draw(): CallFault | undefined;
  /** Work that outlives its caller. */
  outlives(work: Promise<unknown>): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
  counts(): Readonly<Record<string, number>>;
}

export const seededFaults = (random: SeededRandom, share: number): Faults => {
  const counts = new Map<string, number>();
  const outliving = new Set<Promise<unknown>>();
  const note = (kind: string) => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return {
    random,
    note,
    draw: () => {
      if (!random.chance(share)) return undefined;
      const fault = random.pick(callFaults);
      note(fault);
      return fault;
    },
    outlives: (work) => {
      const settling = work.catch(() => undefined).finally(() => outliving.delete(settling));
      outliving.add(settling);
    },
    settled: async () => {
      while (outliving.size > 0) await Promise.all(outliving);
    },
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b))),
  };
};

/** One process that runs `count`; when it is dead, nothing that it does arrives anywhere. */
export interface Life {
  dead: boolean;
}

const LATEST_MS = 40;
const SLOWEST_MS = 15;

/** Does a call of a living process, with whatever goes wrong. */
const perform = async <T>(faults: Faults, life: Life, work: () => Promise<T>): Promise<T> => {
  const alive = () => {
    if (life.dead) throw new Injected('the process was killed');
  };
  alive();
  const fault = faults.draw();
  switch (fault) {
    case 'request lost':
    case 'throttled':
      throw new Injected(fault);
    case 'killed before a call':
      life.dead = true;
      throw new Injected(fault);
    case 'late write':
      faults.outlives(delay(faults.random.whole(1, LATEST_MS)).then(work));
      throw new Injected(fault);
    case 'slow':
      await delay(faults.random.whole(1, SLOWEST_MS));
      break;
    default:
  }
  const result = await work();
  if (fault === 'killed after a call') life.dead = true;
  if (fault === 'answer lost') throw new Injected(fault);
  alive();
  return result;
};

/** The same function, with faults before, in and after each call. */
export const faulty =
  (faults: Faults, life: Life) =>
  <Given extends unknown[], Result>(call: (...given: Given) => Promise<Result>) =>
  (...given: Given): Promise<Result> =>
    perform(faults, life, () => call(...given));

/** The counters as `count` sees them, with faults at every await. */
export const faultyStore = (store: CountStore, faults: Faults, life: Life): CountStore => {
  const hurt = faulty(faults, life);
  return {
    ...store,
    get: hurt(store.get),
    apply: hurt(store.apply),
    applyHour: hurt(store.applyHour),
  };
};
