/** Invariants of the design by number, as far as a rehearsal can see them broken. */
export const invariants = {
  I1: 'nothing acknowledged is lost',
  I2: 'idempotent by scanId',
  I3: 'attendance follows from the set of scans',
  I4: 'counts are exact',
  I5: 'the door decides at once and rightly',
  I6: 'offline scans are recorded as facts',
  I7: 'announcements: never early, each edition once to each subscriber',
} as const;
export type Invariant = keyof typeof invariants;

export interface Breach {
  readonly invariant: Invariant;
  readonly detail: string;
}

/** Broken invariants in the order in which they were noticed. */
export class Breaches {
  readonly #all: Breach[] = [];

  add(invariant: Invariant, detail: string): void {
    this.#all.push({ invariant, detail });
  }

  list(): readonly Breach[] {
    return this.#all;
  }
}
