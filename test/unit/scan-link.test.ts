import { expect, it, vi } from 'vitest';
import { ApiUnreachable } from '../../shared/client/api.ts';
import { link } from '../../web/scan/door/link.ts';

/** A link to a server that is there or not, on a clock of its own. */
const aLink = () => {
  let waiting = 0;
  let isThere = true;
  let isReadable = true;
  let now = 1_000_000;
  const upload = vi.fn(async () => {
    if (!isThere) throw new ApiUnreachable('no network');
    waiting = 0;
    return true;
  });
  const refresh = vi.fn(async () => {});
  const shown: { live: boolean; waiting: number }[] = [];
  const connection = link({
    upload,
    refresh,
    counts: async () => {
      if (!isReadable) throw new DOMException('The database connection is closing', 'InvalidStateError');
      return { waiting, unrecordable: 0 };
    },
    changed: (state) => shown.push(state),
    clock: () => now,
    pauseMs: 3_600_000,
    maxPauseMs: 3_600_000,
  });
  return {
    connection,
    attempts: () => upload.mock.calls.length,
    refreshed: () => refresh.mock.calls.length,
    /** The browser has taken the database away, or given it back. */
    storage: (readable: boolean) => {
      isReadable = readable;
    },
    /** The phone's clock is set. */
    clock: (byMs: number) => {
      now += byMs;
    },
    shown: () => shown.at(-1),
    network: (there: boolean) => {
      isThere = there;
    },
    /** A scan that the phone decides alone, and the time until the next person. */
    alone: async (afterMs: number) => {
      waiting += 1;
      connection.lost();
      now += afterMs;
      await new Promise((settled) => setImmediate(settled));
    },
  };
};

it('a busy door without network decides and does not ask for the server at every badge', async () => {
  const door = aLink();
  door.network(false);
  for (let scan = 0; scan < 100; scan += 1) await door.alone(20);
  // Two seconds of scans.
  expect(door.attempts()).toBeLessThanOrEqual(2);
  expect(door.shown()).toMatchObject({ live: false, waiting: 100 });
  door.connection.stop();
});

it('a door that goes on scanning finds out soon that the network is back', async () => {
  const door = aLink();
  door.network(false);
  for (let scan = 0; scan < 10; scan += 1) await door.alone(500);
  door.network(true);
  // The pause between attempts has long grown beyond this.
  for (let scan = 0; scan < 6; scan += 1) await door.alone(500);
  await expect.poll(door.shown).toMatchObject({ live: true, waiting: 0 });
  door.connection.stop();
});

it('a link outlives a storage that cannot be read for a while', async () => {
  const door = aLink();
  door.storage(false);
  await door.alone(10_000);
  expect(door.shown()).toMatchObject({ live: false });
  door.storage(true);
  door.connection.kick();
  await expect.poll(door.shown).toMatchObject({ live: true });
  door.connection.stop();
});

it('a phone whose clock is set back an hour is heard of all the same', async () => {
  const door = aLink();
  door.connection.kick();
  await expect.poll(door.shown).toMatchObject({ live: true });
  const before = door.refreshed();
  door.clock(-3_600_000);
  door.connection.kick();
  await expect.poll(door.refreshed).toBe(before + 1);
  door.connection.stop();
});
