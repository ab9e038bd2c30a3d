import { expect, test } from 'vitest';
import { deviceNames } from '../../shared/door/device-names.ts';

/** Names that a store would answer with, and a clock that stands where it is put. */
const aStore = () => {
  const store = { now: 0, loads: 0, isDown: false, names: new Map([['d-1', 'Door 1']]) };
  const nameOf = deviceNames(
    async () => {
      store.loads += 1;
      if (store.isDown) throw new Error('no answer');
      return new Map(store.names);
    },
    () => store.now,
  );
  return { store, nameOf: (deviceId: string) => nameOf('summit', deviceId) };
};

test('a door that was paired a moment ago is known by its name', async () => {
  const { store, nameOf } = aStore();
  expect(await nameOf('d-1')).toBe('Door 1');
  store.names.set('d-2', 'Stage door');
  store.now = 1000;
  expect(await nameOf('d-2')).toBe('Stage door');
});

test('devices that nobody knows cost one look a second, whoever asks', async () => {
  const { store, nameOf } = aStore();
  const ask = () => Promise.all(Array.from({ length: 100 }, (_, number) => nameOf(`gone-${number}`)));
  for (store.now = 0; store.now < 10_000; store.now += 100)
    expect(new Set(await ask())).toEqual(new Set([null]));
  expect(store.loads).toBe(10);
});

test('while names cannot be read, those that were read before are good', async () => {
  const { store, nameOf } = aStore();
  await nameOf('d-1');
  store.isDown = true;
  store.now = 5 * 60_000;
  expect(await nameOf('d-1')).toBe('Door 1');
  expect(await nameOf('d-2')).toBeNull();
  store.now = 16 * 60_000;
  expect(await nameOf('d-1')).toBeNull();
});
