import { afterEach, describe, expect, test, vi } from 'vitest';
import { defaultProvider } from '../../shared/runtime/default-credentials.ts';

describe('credentials of a function', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('come from the environment and are read once', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    const provider = defaultProvider();
    const first = await provider();
    expect(first).toMatchObject({ accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'token' });
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'another');
    expect(await provider()).toBe(first);
  });

  test('that are missing are named', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    await expect(defaultProvider()()).rejects.toThrow(/environment variable credentials/);
  });
});
