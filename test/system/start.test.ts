import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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

  it('when there is no engine to reach', async () => {
    const { code, stderr } = await start(['--port', '0', '--data', join(folder, 'b')], {
      DYNAMODB_ENDPOINT: 'http://127.0.0.1:9',
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/no DynamoDB at http:\/\/127\.0\.0\.1:9/);
  });

  it('when an option is wrong', async () => {
    const { code, stderr } = await start(['--port', 'eighty']);
    expect(code).toBe(1);
    expect(stderr).toContain('--port takes a number');
  });
});
