import type { AttendanceRecord, RecordedScan } from '../../domain/scan.ts';
import type { RecordKey } from './keys.ts';
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

/** What waits, with its record as it was read. */
export interface Planned {
  readonly each: Waiting;
  readonly record: AttendanceRecord | undefined;
}
