import { open } from 'node:fs/promises';
import type { Persistence } from './fauxqs.ts';

/** Commits for one answer that waits for the disk. */
export interface Disk {
  /** Resolves when all that is written by now would outlive a power cut. */
  reached(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Takes the wait for the disk off the thread: each commit goes to the system at once, which is enough for `kill -9`,
 * and callers wait for a sync of the log that many of them share.
 * https://sqlite.org/pragma.html#pragma_synchronous
 */
export const diskOf = async ({ db }: Persistence): Promise<Disk> => {
  db.exec('PRAGMA synchronous = NORMAL');
  // A checkpoint waits for the disk on this thread: every 32 MB rather than 4.
  db.exec('PRAGMA wal_autocheckpoint = 8000');
  const log = await open(`${db.location()}-wal`, 'r+');
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  const sync = (): Promise<void> => {
    next = undefined;
    running = log.datasync();
    return running;
  };
  return {
    reached: () => {
      // A sync that is under way may have begun before the caller wrote.
      next ??= running.catch(() => undefined).then(sync);
      return next;
    },
    close: () => log.close(),
  };
};
