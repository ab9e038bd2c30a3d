import type { Member } from './audience.ts';

/** What one member got at one time. */
export interface Arrival {
  /** Ms since 1970. */
  readonly at: number;
  readonly announcementId: string;
  readonly edition: number;
  readonly title: string;
  /** When SNS took it for everybody, where the message says so, ms since 1970. */
  readonly takenAt?: number | undefined;
}

/** What every member received, in the order of arrival. */
export class Inboxes {
  readonly #arrivals: Arrival[][];
  readonly #faults: string[] = [];
  readonly #seen = new Set<string>();

  constructor(members: readonly Member[]) {
    this.#arrivals = members.map(() => []);
  }

  take({ number }: Member, arrival: Arrival): void {
    this.#arrivals[number]?.push(arrival);
    this.#seen.add(`${number} ${arrival.announcementId} ${arrival.edition}`);
  }

  /** Something came that cannot be right: a wrong signature, an unreadable message. */
  fault({ channel, number }: Member, detail: string): void {
    this.#faults.push(`${channel} ${number}: ${detail}`);
  }

  of({ number }: Member): readonly Arrival[] {
    return this.#arrivals[number] ?? [];
  }

  /** Editions that arrived, each counted once for each member. */
  get received(): number {
    return this.#seen.size;
  }

  get faults(): readonly string[] {
    return this.#faults;
  }
}
