import type { Device } from '../../shared/contract/devices.ts';
import type { Notice } from '../../shared/contract/notices.ts';
import type { AnnounceByRule } from '../../shared/store/announcements/by-rule.ts';
import type { AttendanceStore } from '../../shared/store/attendance/records.ts';
import type { CountStore } from '../../shared/store/counts/counts.ts';
import type { EventRecord } from '../../shared/store/events.ts';
import type { NoticeLedger } from '../../shared/store/notice-ledger.ts';
import type { Programme } from '../../shared/store/programme.ts';
import type { VerificationStores } from '../../shared/store/verification.ts';

/** Of those who read the counts' stream. */
export interface WatchDeps {
  readonly programme: (event: string) => Promise<Programme>;
  readonly event: (event: string) => Promise<EventRecord | undefined>;
  readonly announce: AnnounceByRule;
  readonly counts: Pick<CountStore, 'list'>;
  readonly attendance: Pick<AttendanceStore, 'conflicting'>;
  readonly ledger: NoticeLedger;
  /** To the operations topic. */
  readonly send: (notice: Notice) => Promise<void>;
  readonly clock: () => number;
  /** What this process knows to have been told: saves a read each. */
  readonly told: Set<string>;
}

/** Of those who run on a schedule. */
export interface ScheduledDeps extends VerificationStores {
  readonly events: () => Promise<readonly string[]>;
  readonly event: (event: string) => Promise<EventRecord | undefined>;
  readonly programme: (event: string) => Promise<Programme>;
  readonly devices: (event: string) => Promise<readonly Device[]>;
  readonly ledger: NoticeLedger;
  readonly send: (notice: Notice) => Promise<void>;
  /** Counters that were looked at, those that differ from their records, those that do not see what is written. */
  readonly measured: (counters: {
    readonly checked: number;
    readonly drifted: number;
    readonly stalled: number;
  }) => void;
  readonly clock: () => number;
}
