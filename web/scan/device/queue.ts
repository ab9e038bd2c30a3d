import { type Database, inState, type QueuedScan, type WaitingScan } from './database.ts';
import { deviceMemory, type Remembered } from './memory.ts';
import type { Vault } from './vault.ts';

/** A scan as the door made it. */
export interface NewScan {
  readonly scanId: string;
  readonly event: string;
  readonly sessionId: string;
  readonly direction: 'entry' | 'exit';
  readonly badge: string;
  readonly scannedAt: number;
  readonly override?: { readonly reason: string };
}

/** A scan that waits, in clear. */
export type OpenScan = Omit<QueuedScan, 'sealed' | 'blind'> & WaitingScan;

/** What follows from a decision of this phone. */
export interface Consequences {
  /** Null where the server need not hear of it. */
  readonly state: 'decided' | 'withdrawn' | null;
  /** Null where the phone cannot read the badge. */
  readonly badgeId: string | null;
  readonly remembered: Remembered | null;
  /** By how many more are inside. */
  readonly step: number;
}

/** No scan that was sent is taken up again after this, ms: the person at the door is another one. */
const ASKED_FOR_MS = 120_000;

const sameScan = ({ event, sessionId, direction, badge }: NewScan): string =>
  `scan ${event} ${sessionId} ${direction} ${badge}`;

/**
 * Written to the disk before the verdict is shown: a phone whose battery dies then has what it said.
 * https://developer.mozilla.org/docs/Web/API/IDBTransaction/durability
 */
const strict = { durability: 'strict' } as const;

/** How scans come to wait on the device. */
const waitingScans = (db: Database, { seal, blind }: Vault) => {
  const entryOf = async (
    { badge, override, ...scan }: NewScan,
    state: QueuedScan['state'],
    badgeId: string | null,
  ): Promise<QueuedScan> => ({
    ...scan,
    state,
    blind: await blind(sameScan({ badge, ...scan })),
    sealed: await seal<WaitingScan>({ badge, badgeId, ...(override && { override }) }),
  });

  return {
    /**
     * Notes a scan that is about to be sent. @returns the id to send it under: that of the same scan, where it was
     * sent a moment ago and its answer was never seen (the page was closed, the phone died)
     * @throws QuotaExceededError
     */
    ask: async (scan: NewScan): Promise<string> => {
      const entry = await entryOf(scan, 'asked', null);
      const before = await db.getAllFromIndex('queue', 'blind', entry.blind);
      const unanswered = before.find(
        ({ state, scannedAt }) => state === 'asked' && scan.scannedAt - scannedAt < ASKED_FOR_MS,
      );
      if (unanswered) return unanswered.scanId;
      await db.put('queue', entry);
      return scan.scanId;
    },

    /** The server has answered it; where it has changed its state meanwhile there is more to say to the server. */
    settle: async (scanId: string, state: QueuedScan['state']): Promise<void> => {
      const tx = db.transaction('queue', 'readwrite');
      if ((await tx.store.get(scanId))?.state === state) await tx.store.delete(scanId);
      await tx.done;
    },

    /**
     * Keeps what this phone decided alone, with all that follows from it, in one transaction on the disk.
     * @throws QuotaExceededError: nothing of it is kept
     */
    decide: async (scan: NewScan, { state, badgeId, remembered, step }: Consequences): Promise<void> => {
      const entry = state && (await entryOf(scan, state, badgeId));
      const kept = remembered && {
        name: await blind(remembered.name),
        record: await seal(remembered.record),
      };
      const tx = db.transaction(['queue', 'records', 'occupancy'], 'readwrite', strict);
      const writes: Promise<unknown>[] = [];
      if (entry) writes.push(tx.objectStore('queue').put(entry));
      else writes.push(tx.objectStore('queue').delete(scan.scanId));
      if (kept) writes.push(tx.objectStore('records').put(kept.record, kept.name));
      if (step !== 0) {
        const known = await tx.objectStore('occupancy').get(scan.sessionId);
        if (known)
          writes.push(
            tx
              .objectStore('occupancy')
              .put({ ...known, sinceAlone: known.sinceAlone + step }, scan.sessionId),
          );
      }
      await Promise.all([...writes, tx.done]);
    },
  };
};

/** What waits on the device, and how it goes. */
const queueOut = (db: Database, { open }: Vault) => {
  const openScan = async ({ sealed, blind: _, ...entry }: QueuedScan): Promise<OpenScan> => ({
    ...entry,
    ...(await open(sealed)),
  });
  return {
    /** How many the server has to hear of. */
    waiting: async (): Promise<number> =>
      (await db.countFromIndex('queue', 'state', inState('decided'))) +
      (await db.countFromIndex('queue', 'state', inState('withdrawn'))),
    /** How many the server will never record. */
    unrecordable: (): Promise<number> => db.countFromIndex('queue', 'state', inState('unrecordable')),
    /**
     * The oldest in a state, in the order in which they were made; less of them where some are not of the event `of`,
     * which a tab can leave that was paired with another one.
     */
    oldest: async (state: QueuedScan['state'], limit: number, of?: string): Promise<OpenScan[]> => {
      const entries = await db.getAllFromIndex('queue', 'state', inState(state), limit);
      return Promise.all(entries.filter(({ event }) => of === undefined || event === of).map(openScan));
    },
    setAside: async (scanId: string, why: string): Promise<void> => {
      const entry = await db.get('queue', scanId);
      if (entry) await db.put('queue', { ...entry, state: 'unrecordable', why });
    },

    /** Somebody has noted by hand what the server will never record. */
    forget: async (scanIds: readonly string[]): Promise<void> => {
      for (const scanId of scanIds)
        if ((await db.get('queue', scanId))?.state === 'unrecordable') await db.delete('queue', scanId);
    },

    /** Drops what was sent and never answered, and is too old to be sent again under its id. */
    tidy: async (now: number): Promise<void> => {
      const old = IDBKeyRange.bound(['asked', 0], ['asked', now - ASKED_FOR_MS]);
      for (const scanId of await db.getAllKeysFromIndex('queue', 'state', old))
        await db.delete('queue', scanId);
    },
  };
};

/** The scans that wait on the device, and what the device remembers to decide by. */
export const scanQueue = (db: Database, vault: Vault) => ({
  ...waitingScans(db, vault),
  ...queueOut(db, vault),
  ...deviceMemory(db, vault),
});

export type ScanQueue = ReturnType<typeof scanQueue>;
