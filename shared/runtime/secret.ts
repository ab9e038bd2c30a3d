import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { cached } from './cached.ts';
import { deadlines } from './clients.ts';

const SECRET_CACHE_MS = 15 * 60_000;
/** Ours are never rotated on a schedule: doors go on with what was read while Secrets Manager does not answer. */
const STALE_IF_ERROR_MS = 24 * 60 * 60_000;

/** A secret, read at most every 15 minutes. Never log it. */
export const secretOf = (arn: string, client = new SecretsManagerClient(deadlines)) => {
  const read = cached(
    async (id) => {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
      if (!SecretString) throw new Error('the secret has no text');
      return SecretString;
    },
    { maxAgeMs: SECRET_CACHE_MS, staleIfErrorMs: STALE_IF_ERROR_MS },
  );
  return () => read(arn);
};

/** What is derived from a secret: once, as long as it stays the same. */
export const derivedFrom = <Derived>(read: () => Promise<string>, derive: (secret: string) => Derived) => {
  let last: { readonly secret: string; readonly derived: Derived } | undefined;
  return async (): Promise<Derived> => {
    const secret = await read();
    if (last?.secret !== secret) last = { secret, derived: derive(secret) };
    return last.derived;
  };
};
