import { expect, test } from 'vitest';
import { editionReader } from '../../shared/runtime/edition-reader.ts';
import { anEdition } from '../engine/delivery-rig.ts';

test('a correction would go to nobody where somebody had asked for it before it was published', async () => {
  const stored = new Map([['1', anEdition('A', 1)]]);
  let reads = 0;
  const read = editionReader({
    edition: async (_event, _announcement, edition) => {
      reads += 1;
      return stored.get(String(edition));
    },
  });
  expect(await read('e', 'A', 2, 0)).toBeUndefined();
  stored.set('2', anEdition('A', 2));
  expect(await read('e', 'A', 2)).toEqual(anEdition('A', 2));
  expect(await read('e', 'A', 2)).toEqual(anEdition('A', 2));
  expect(reads).toBe(2);
});
