import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeServer, listen } from '../../local/http/http-server.ts';
import { inShell } from './shell.ts';

/** An emulator of AWS that is not ours, from the Python registry, with what it needs to sign. */
const PACKAGES = ['ministack==1.5.33', 'cryptography==46.0.3'];
const READY_WITHIN_MS = 60_000;

const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server, 0);
  await closeServer(server);
  return port;
};

export interface Emulator {
  readonly endpoint: string;
  /** For everything that speaks to it as if it were AWS. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @param folder where its packages are installed, once */
export const startEmulator = async (folder: string, say: (line: string) => void): Promise<Emulator> => {
  const python = join(folder, 'bin', 'python');
  say('installing the emulator');
  await inShell('python3', ['-m', 'venv', folder]);
  await inShell(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const child = spawn(python, ['-m', 'hypercorn', 'ministack.app:app', '--bind', `127.0.0.1:${port}`], {
    stdio: 'ignore',
    // Functions are run by the first `node` that it finds: this one has the major of the Lambda runtime.
    env: {
      ...process.env,
      ...credentials,
      PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
      GATEWAY_PORT: String(port),
      LOG_LEVEL: 'WARNING',
      IOT_MTLS_ENABLED: '0',
    },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const until = Date.now() + READY_WITHIN_MS;
  while (
    !(await fetch(`${endpoint}/_localstack/health`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (Date.now() > until || child.exitCode !== null) throw new Error('the emulator does not start');
    await sleep(200);
  }
  return {
    endpoint,
    env: {
      ...credentials,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      CDK_DISABLE_CLI_TELEMETRY: '1',
    },
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
};
