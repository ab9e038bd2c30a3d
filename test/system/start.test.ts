import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { startTestTurnout } from '../support/turnout.ts';

const main = fileURLToPath(new URL('../../local/main.ts', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'turnout-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (args: readonly string[], environment: Record<string, string> = {}) =>
  new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...environment } });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('close', (code) => resolve({ code, stderr: stderr.trim() }));
  });

describe('npm start says in one line what to do', () => {
  it('when the port is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { code, stderr } = await start(['--port', String(port), '--data', join(folder, 'a')]);
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`${port}.*--port`));
    expect(stderr.split('\n')).toHaveLength(1);
  });

  it('when the data folder cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await start(['--port', '0', '--data', join(file, 'data')]);
    expect(code).toBe(1);
    expect(stderr).toContain('--data');
    expect(stderr.split('\n')).toHaveLength(1);
  });

  it('when the data folder is where none can be', async () => {
    const { code, stderr } = await start(['--port', '0', '--data', '/proc/none/data']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^[^\n]*\/proc\/none\/data[^\n]*--data DIR[^\n]*$/);
  });

  it('when there is no engine to reach', async () => {
    const { code, stderr } = await start(['--port', '0', '--data', join(folder, 'b')], {
      DYNAMODB_ENDPOINT: 'http://127.0.0.1:9',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/no DynamoDB at http:\/\/127\.0\.0\.1:9/);
  });

  it('when the data folder has no name, as of a variable that is not set', async () => {
    const { code, stderr } = await start(['--port', '0', '--data', ''], {
      DYNAMODB_ENDPOINT: 'http://127.0.0.1:9',
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: '--data takes a folder, not nothing' });
  });

  it('when an option is wrong', async () => {
    const { code, stderr } = await start(['--port', 'eighty']);
    expect(code).toBe(1);
    expect(stderr).toContain('--port takes a number');
  });
});

describe('npm start -- --empty', () => {
  const running = new Set<ChildProcess>();
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
  });

  /** Starts, does, stops: as a user who looks at it. */
  const during = async <T>(args: readonly string[], work: (baseUrl: string) => Promise<T>): Promise<T> => {
    const child = spawn(process.execPath, [main, '--port', '0', ...args]);
    running.add(child);
    const ended = once(child, 'close');
    const [line] = await once(createInterface(child.stdout), 'line');
    const result = await work(String(line).replace('ready ', ''));
    child.kill('SIGTERM');
    await ended;
    return result;
  };
  const filesBelow = (path: string): string[] =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));

  it('loads nothing, now and later, and keeps its files to their owner', async () => {
    const data = join(folder, 'empty');
    const made = await during(['--empty', '--data', data], async () => {
      const { event, devices } = z
        .looseObject({ event: z.optional(z.string()), devices: z.array(z.unknown()) })
        .parse(JSON.parse(readFileSync(join(data, 'credentials.json'), 'utf8')));
      expect({ event, devices }).toEqual({ event: undefined, devices: [] });
      // What is synthesized is code: the CDK copies it with the modes of its sources.
      const kept = filesBelow(data).filter((file) => !file.startsWith(join(data, 'assembly')));
      const open = kept.filter((file) => (statSync(file).mode & 0o077) !== 0);
      expect(kept.length).toBeGreaterThan(5);
      expect(open).toEqual([]);
      return statSync(join(data, 'assembly', 'manifest.json')).mtimeMs;
    });
    await during(['--data', data], async (baseUrl) => {
      expect((await fetch(`${baseUrl}/v1/events/gdec-2023`)).status).toBe(404);
    });
    expect(statSync(join(data, 'assembly', 'manifest.json')).mtimeMs).toBe(made);
  });
});

describe('a host whose engine was emptied behind its back', () => {
  it('has its event again after the next start', async () => {
    const data = mkdtempSync(join(folder, 'emptied-'));
    writeFileSync(join(data, 'seeded.json'), JSON.stringify({ event: 'gdec-2023', devices: [] }));
    const system = await startTestTurnout({ data });
    const answer = await fetch(`${system.credentials.baseUrl}/v1/events/gdec-2023`);
    const { status } = answer;
    await system.stop();
    expect([status, system.credentials.devices.length]).toEqual([200, 14]);
  });
});
