import { expect, test } from 'vitest';
import { bundleSizes } from '../../bench/bundle.ts';
import { bundleFunctions } from '../../infra/bundle.ts';

test('a door starts quickly: its function carries nothing that it does not need', async () => {
  await bundleFunctions(['check-in'], 'dist');
  const { own, middy, zod, sdk, total } = bundleSizes('check-in');
  // A value taken from `z.core` or `z.iso` brings all of zod along.
  expect(own + middy + zod).toBeLessThanOrEqual(100);
  expect(sdk).toBeLessThanOrEqual(520);
  expect(total).toBeLessThanOrEqual(620);
});
