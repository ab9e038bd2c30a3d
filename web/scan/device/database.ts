import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { ApiBody } from '../../../shared/client/api.ts';
import type { AttendanceRecord } from '../../../shared/domain/scan.ts';
import type { DoorChoice } from '../door/session-choice.ts';
import type { Sealed, VaultKeys } from './vault.ts';

export interface Pairing {
  readonly deviceId: string;
  /** As the organizer calls it; a phone that was paired by an older version has none. */
  readonly name?: string;
  readonly event: string;
  readonly role: 'scanner' | 'supervisor';
  readonly token: Sealed<string>;
}

export type Knowledge = ApiBody<'GET /v1/events/{event}/scanner'>;

export interface StoredKnowledge {
  readonly body: Knowledge;
  /** Codes of other systems, of the pages after the first. */
  readonly further: Knowledge['importedCodes']['items'];
  readonly etag: string | undefined;
  /** When the server last said that this is still so, ms. */
  readonly confirmedAt: number;
  /** How far the server's clock was ahead of this device's then, ms; an older version has noted none. */
  readonly aheadMs?: number;
}

/** How many are inside, as the server last said, and what this phone did alone since. */
export interface Occupancy {
  readonly inside: number;
  readonly capacity: number | null;
  /** When the server said so, ms. */
  readonly at: number;
  readonly sinceAlone: number;
}

/** The code and what else is private of a scan that waits. */
export interface WaitingScan {
  readonly badge: string;
  /** Known where the phone could read the badge. */
  readonly badgeId: string | null;
  readonly override?: { readonly reason: string };
}

/**
 * A scan that the server does not have, or may not have.
 * `asked`: sent, and no answer seen yet. `decided`: this phone let the person in or out. `withdrawn`: sent, not
 * answered in time, and then refused by this phone: should the server have admitted it, that is taken back.
 * `unrecordable`: the server says that it can never be recorded; `why` says the rest.
 */
export interface QueuedScan {
  readonly scanId: string;
  readonly state: 'asked' | 'decided' | 'withdrawn' | 'unrecordable';
  readonly event: string;
  readonly sessionId: string;
  readonly direction: 'entry' | 'exit';
  /** Ms since 1970. */
  readonly scannedAt: number;
  /** The name of session, badge and direction: the same scan made again is found by it. */
  readonly blind: string;
  readonly sealed: Sealed<WaitingScan>;
  readonly why?: string;
}

export interface Settings {
  readonly choice: DoorChoice | null;
  readonly direction: 'entry' | 'exit';
  readonly language: 'en' | 'zh' | null;
  readonly sound: boolean;
  readonly camera: boolean;
}

interface ScanDatabase extends DBSchema {
  keys: { key: 'vault'; value: VaultKeys };
  pairing: { key: 'device'; value: Pairing };
  knowledge: { key: 'scanner'; value: StoredKnowledge };
  settings: { key: 'page'; value: Settings };
  occupancy: { key: string; value: Occupancy };
  queue: { key: string; value: QueuedScan; indexes: { state: [string, number]; blind: string } };
  records: { key: string; value: Sealed<AttendanceRecord> };
}

export type Database = IDBPDatabase<ScanDatabase>;

/** Of the index of queued scans: all in a state, oldest first. */
export const inState = (state: QueuedScan['state']): IDBKeyRange =>
  IDBKeyRange.bound([state, 0], [state, Number.MAX_SAFE_INTEGER]);

const VERSION = 1;

/**
 * What the scanner keeps on the device.
 * @param onGone told when it is no longer there: deleted, taken away by the browser, or closed for a page of a newer
 * version
 */
export const openDatabase = (onGone: () => void, name = 'turnout-scan'): Promise<Database> =>
  openDB<ScanDatabase>(name, VERSION, {
    upgrade: (db) => {
      for (const store of ['keys', 'pairing', 'knowledge', 'settings', 'occupancy', 'records'] as const)
        db.createObjectStore(store);
      const queue = db.createObjectStore('queue', { keyPath: 'scanId' });
      queue.createIndex('state', ['state', 'scannedAt']);
      queue.createIndex('blind', 'blind');
    },
    blocking: (_current, _blocked, event) => {
      if (event.target instanceof IDBDatabase) event.target.close();
      onGone();
    },
    terminated: onGone,
  });

/** The keys of this installation, made at the first opening. Two tabs at once agree on one pair. */
export const vaultKeys = async (db: Database, make: () => Promise<VaultKeys>): Promise<VaultKeys> => {
  const known = await db.get('keys', 'vault');
  if (known) return known;
  const made = await make();
  // `add` fails for the second of two tabs, which then takes the first one's.
  await db.add('keys', made, 'vault').catch(() => undefined);
  return (await db.get('keys', 'vault')) ?? made;
};
