import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { cached } from './cached.ts';
import { deadlines } from './clients.ts';

const SECRET_CACHE_MS = 15 * 60_000;

/** The secret that badge keys are derived from, read at most every 15 minutes. Never log it. */
export const signingSecret = (arn: string, client = new SecretsManagerClient(deadlines)) => {
  const read = cached(
    async (id) => {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
      if (!SecretString) throw new Error('the signing secret has no text');
      return SecretString;
    },
    { maxAgeMs: SECRET_CACHE_MS },
  );
  return () => read(arn);
};
