import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestTurnout, type TestTurnout } from '../support/turnout.ts';

// The first thing that a newcomer types. What README promises has to come out.

const folder = mkdtempSync(join(tmpdir(), 'turnout-readme-'));
let host: TestTurnout;
beforeAll(async () => {
  host = await startTestTurnout({ data: join(folder, '.turnout') });
});
afterAll(async () => {
  await host?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('README’s demo admits a badge and shows its count', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const demo = [...readme.matchAll(/```sh\n(.*?)```/gs)].find(([, text]) =>
    text?.includes('/check-ins'),
  )?.[1];
  const { stdout } = await promisify(execFile)('bash', ['-c', demo ?? ''], { cwd: folder });
  expect(stdout).toContain('"outcome":"admitted"');
  expect(stdout).toMatch(/"sessionId":"opening-ceremony".*"inside":1,"attended":1/);
});
