import type { AttendanceRecord } from '../../../shared/domain/scan.ts';
import { type Database, inState, type Occupancy } from './database.ts';
import type { Vault } from './vault.ts';

/** What is remembered of a badge in a session, by names that the store keeps blind. */
export interface Remembered {
  readonly name: string;
  readonly record: AttendanceRecord;
}

/** What the device remembers to decide by. */
export const deviceMemory = (db: Database, { seal, open, blind }: Vault) => ({
  /** Keeps what the server answered, as far as later decisions need it. */
  remember: async ({ name, record }: Remembered): Promise<void> => {
    await db.put('records', await seal(record), await blind(name));
  },

  record: async (name: string): Promise<AttendanceRecord | undefined> => {
    const sealed = await db.get('records', await blind(name));
    return sealed && open(sealed);
  },

  occupancy: (sessionId: string): Promise<Occupancy | undefined> => db.get('occupancy', sessionId),
  /** What the server says of a session; scans that still wait are counted on top of it. */
  count: async (sessionId: string, now: Omit<Occupancy, 'sinceAlone'>): Promise<void> => {
    const waiting = await db.getAllFromIndex('queue', 'state', inState('decided'));
    const steps = waiting
      .filter((entry) => entry.sessionId === sessionId)
      .map(({ direction }) => (direction === 'entry' ? 1 : -1));
    await db.put('occupancy', { ...now, sinceAlone: steps.reduce((sum, step) => sum + step, 0) }, sessionId);
  },
});
