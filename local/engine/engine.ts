import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HostError, messageOf } from '../errors.ts';
import { type DynamoClient, dynamoClient } from './dynamo-client.ts';
import { addStreamIndexes, streamColumns, trimStreams } from './engine-file.ts';

export interface Engine {
  readonly client: DynamoClient;
  /** The engine's file; undefined with an external engine. */
  readonly file: string | undefined;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const START_TIMEOUT_MS = 10_000;

/**
 * Runs the engine until its input ends: when the host goes, even by kill -9, the kernel closes the pipe
 * and the engine goes too. When the engine goes first, the shell ends and the host notices.
 * The reader of the pipe needs its own descriptor, since sh gives background jobs /dev/null as input.
 */
const UNTIL_INPUT_ENDS =
  'exec 3<&0; "$@" </dev/null & p=$!; { read _ <&3; kill -9 $p; } & r=$!; wait $p; c=$?; kill $r; exit $c';

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const binary = (): string => {
  const here = `${process.platform}-${process.arch}`;
  let manifest: string | undefined;
  try {
    manifest = findPackageJSON(`@dynoxide/${here}`, import.meta.url);
  } catch {
    manifest = undefined;
  }
  const file = manifest && join(dirname(manifest), 'dynoxide');
  if (file && existsSync(file)) return file;
  throw new HostError(
    'EngineMissing',
    `there is no embedded DynamoDB engine for ${here}: run DynamoDB Local (docker run -p 8000:8000 amazon/dynamodb-local) and set DYNAMODB_ENDPOINT=http://127.0.0.1:8000`,
  );
};

interface Running {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const run = async (file: string, failed: (reason: string) => void): Promise<Running> => {
  const port = await freePort();
  const serve = [binary(), 'serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file];
  // Its own process group: Ctrl-C in the terminal must not take the engine from under the host's last writes.
  const child = spawn('sh', ['-c', UNTIL_INPUT_ENDS, 'sh', ...serve], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString('utf8')}`.slice(-2_000);
  });
  let stopping = false;
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said = messageOf(error);
      resolve();
    });
    child.once('exit', () => resolve());
  });
  let alive = true;
  void gone.then(() => {
    alive = false;
    if (!stopping) failed(`the DynamoDB engine stopped: ${said.trim() || 'no message'}`);
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!said.includes('listening')) {
    if (!alive || Date.now() > deadline) {
      stopping = true;
      child.stdin.end();
      throw new HostError(
        'EngineFailed',
        `the DynamoDB engine did not start: ${said.trim() || 'no message'}`,
      );
    }
    await delay(3);
  }
  return {
    endpoint,
    stop: async () => {
      stopping = true;
      child.stdin.end();
      await gone;
    },
  };
};

const trimEveryHour = (file: string, report: (line: string) => void): (() => void) => {
  const trim = () => {
    try {
      trimStreams(file, Math.floor(Date.now() / 1000));
    } catch (error) {
      report(`stream records are not trimmed: ${messageOf(error)}`);
    }
  };
  trim();
  const timer = setInterval(trim, HOUR_MS);
  timer.unref();
  return () => clearInterval(timer);
};

/**
 * The DynamoDB engine of the host: an external one, or a child process on `<data>/dynamodb.sqlite`.
 * @param failed called with one line when the child dies by itself
 * @throws {HostError} `EngineMissing`, `EngineFailed`, `EngineSchemaChanged`
 */
export const startEngine = async (options: {
  data: string;
  endpoint?: string | undefined;
  report: (line: string) => void;
  failed: (reason: string) => void;
}): Promise<Engine> => {
  if (options.endpoint) {
    const client = dynamoClient(options.endpoint);
    try {
      await client.call('ListTables', { Limit: 1 });
    } catch (error) {
      client.close();
      throw new HostError('EngineFailed', `no DynamoDB at ${options.endpoint}: ${messageOf(error)}`, error);
    }
    return { client, file: undefined, stop: async () => client.close() };
  }
  const file = join(options.data, 'dynamodb.sqlite');
  if (streamColumns(file).length === 0) await (await run(file, options.failed)).stop();
  addStreamIndexes(file);
  const running = await run(file, options.failed);
  const client = dynamoClient(running.endpoint);
  const stopTrimming = trimEveryHour(file, options.report);
  return {
    client,
    file,
    stop: async () => {
      stopTrimming();
      client.close();
      await running.stop();
    },
  };
};
