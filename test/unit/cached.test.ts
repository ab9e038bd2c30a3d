import { describe, expect, test, vi } from 'vitest';
import { cached } from '../../shared/runtime/cached.ts';

class Gone extends Error {}

/** A load that answers what it is told to, and a clock that stands where it is put. */
const aSource = (rules: { staleIfErrorMs?: number } = {}) => {
  const source = { now: 0, loads: 0, answer: (): number => 1, stale: 0 };
  const read = cached(
    async () => {
      source.loads += 1;
      return source.answer();
    },
    {
      maxAgeMs: 10_000,
      clock: () => source.now,
      isFinal: (error) => error instanceof Gone,
      onStale: () => {
        source.stale += 1;
      },
      ...rules,
    },
  );
  return { source, read };
};
const fails =
  (error = new Error('the store hiccups')) =>
  () => {
    throw error;
  };

describe('while a store cannot be read', () => {
  test('nobody waits long for news where something is known, and news that come late are kept', async () => {
    vi.useFakeTimers();
    let now = 0;
    const late: ((value: string) => void)[] = [];
    const load = () => new Promise<string>((resolve) => late.push(resolve));
    const read = cached(load, { maxAgeMs: 3_000, staleIfErrorMs: 60_000, clock: () => now });
    const first = read('a');
    late[0]?.('old');
    expect(await first).toBe('old');
    now = 10_000;
    const during = read('a');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await during).toBe('old');
    late[1]?.('new');
    await vi.advanceTimersByTimeAsync(0);
    expect(await read('a')).toBe('new');
    expect(late).toHaveLength(2);
    vi.useRealTimers();
  });

  test('what was known is good until it is too old, and each use is told of', async () => {
    const { source, read } = aSource({ staleIfErrorMs: 60_000 });
    expect(await read('a')).toBe(1);
    source.answer = fails();
    source.now = 20_000;
    expect(await Promise.all([read('a'), read('a')])).toEqual([1, 1]);
    expect(source.stale).toBe(1);
    source.now = 60_000;
    await expect(read('a')).rejects.toThrow('hiccups');
  });

  test('it is not asked at every call, and what it says later counts at once', async () => {
    const { source, read } = aSource({ staleIfErrorMs: 60_000 });
    await read('a');
    source.answer = fails();
    source.now = 20_000;
    for (let call = 0; call < 5; call += 1) expect(await read('a')).toBe(1);
    expect(source.loads).toBe(2);
    source.answer = () => 2;
    source.now = 21_000;
    expect(await read('a')).toBe(2);
  });

  test('without a rule for it, or with nothing known, a failure is the caller’s', async () => {
    const { source, read } = aSource();
    source.answer = fails();
    await expect(read('a')).rejects.toThrow('hiccups');
    source.answer = () => 1;
    await read('a');
    source.answer = fails();
    source.now = 20_000;
    await expect(read('a')).rejects.toThrow('hiccups');
  });

  test('what is gone is gone', async () => {
    const { source, read } = aSource({ staleIfErrorMs: 60_000 });
    await read('a');
    source.answer = fails(new Gone('deleted'));
    source.now = 20_000;
    await expect(read('a')).rejects.toThrow('deleted');
    await expect(read('a')).rejects.toThrow('deleted');
  });
});

test('a caller who wants it younger gets it anew, the others go on with it', async () => {
  const { source, read } = aSource();
  await read('a');
  source.now = 5000;
  await read('a');
  expect(source.loads).toBe(1);
  await read('a', 2000);
  expect(source.loads).toBe(2);
});
