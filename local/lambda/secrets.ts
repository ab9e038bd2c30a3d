import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import type { Assembly } from '../assembly/assembly.ts';
import { localArn } from '../assembly/intrinsics.ts';
import { writeFileAtomically } from '../data-folder.ts';

export interface Secrets {
  readonly endpoint: string;
  declare(secrets: Assembly['secrets']): void;
  stop(): Promise<void>;
}

const stored = z.record(z.string(), z.string());
const request = z.object({ SecretId: z.string() });

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
const generate = ({ properties }: Assembly['secrets'][number]): string =>
  Array.from(
    { length: properties.GenerateSecretString.PasswordLength },
    () => LETTERS[randomInt(LETTERS.length)],
  ).join('');

const read = (incoming: IncomingMessage): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk: string) => {
      text += chunk;
    });
    incoming.on('end', () => resolve(text));
    incoming.on('error', reject);
  });

/**
 * GetSecretValue on a port of its own, so that secrets are never within reach of the public one.
 * Values are made once and kept in a file that only its owner reads.
 */
export const startSecrets = async (folder: string): Promise<Secrets> => {
  const file = join(folder, 'secrets.json');
  // A damaged file stops the start: new secrets would make everything signed by the old ones worthless.
  const values = existsSync(file) ? stored.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const arnOf = (name: string) => localArn('secretsmanager', `secret:${name}-local1`);

  const answer = async (incoming: IncomingMessage): Promise<{ status: number; body: object }> => {
    const target = String(incoming.headers['x-amz-target']);
    if (target !== 'secretsmanager.GetSecretValue') {
      return {
        status: 400,
        body: { __type: 'InvalidRequestException', message: `${target} is not served here` },
      };
    }
    const { SecretId } = request.parse(JSON.parse(await read(incoming)));
    const name = Object.keys(values).find((known) => known === SecretId || arnOf(known) === SecretId);
    if (name === undefined) {
      const message = "Secrets Manager can't find the specified secret.";
      return { status: 400, body: { __type: 'ResourceNotFoundException', message } };
    }
    const body = {
      ARN: arnOf(name),
      Name: name,
      VersionId: 'local',
      SecretString: values[name],
      VersionStages: ['AWSCURRENT'],
    };
    return { status: 200, body };
  };

  const server = createServer((incoming, outgoing) => {
    answer(incoming)
      .catch(() => ({ status: 400, body: { __type: 'InvalidRequestException', message: 'malformed' } }))
      .then(({ status, body }) => {
        outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
        outgoing.end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    declare: (secrets) => {
      const missing = secrets.filter(({ name }) => values[name] === undefined);
      if (missing.length === 0) return;
      for (const secret of missing) values[secret.name] = generate(secret);
      writeFileAtomically(file, JSON.stringify(values, null, 2), 0o600);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
