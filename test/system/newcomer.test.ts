import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { buildPages } from '../../local/http/pages.ts';
import type { EveningStatus } from '../../rehearse/evening.ts';
import { violationsOf } from '../browser/axe.ts';
import { startChromium } from '../browser/chromium.ts';
import { api, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

// A newcomer's first minutes. What README and the start page promise has to come out.

const folder = mkdtempSync(join(tmpdir(), 'turnout-newcomer-'));
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

describe('the opening evening, played as a demo', () => {
  const evening = async (method: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${host.credentials.baseUrl}/local/evening`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const status: EveningStatus = await response.json();
    return { code: response.status, status };
  };
  const counted = async () => {
    const { credentials } = host;
    const { body } = await api(credentials, credentials.viewerToken).call(
      'GET /v1/events/{event}/sessions/{session}/attendance',
      { params: { event: credentials.event, session: 'opening-ceremony' } },
    );
    return body;
  };

  it('fills the room, can be stopped, and then nothing more comes', async () => {
    expect((await evening('GET')).status).toMatchObject({ state: 'idle', answered: 0 });
    expect(await evening('POST', { speed: 600 })).toMatchObject({ code: 202, status: { state: 'playing' } });
    expect(await evening('POST', { speed: 600 })).toMatchObject({ code: 409 });
    await expect
      .poll(async () => (await evening('GET')).status.answered, { timeout: 20_000 })
      .toBeGreaterThan(100);
    const { status } = await evening('DELETE');
    expect(status).toMatchObject({ state: 'stopped', sessionId: 'opening-ceremony', detail: null });
    const admitted = status.outcomes['admitted'] ?? 0;
    expect(admitted).toBeGreaterThan(50);
    await expect
      .poll(async () => (await counted()).entries, { timeout: 10_000 })
      .toBeGreaterThanOrEqual(admitted);
    expect((await evening('GET')).status).toEqual(status);
  });

  it('is played and stopped by a button of the start page', async () => {
    await buildPages();
    const browser = await startChromium();
    try {
      const page = await browser.context.newPage();
      await page.goto(`${host.turnout.baseUrl}/?language=en`);
      await page.getByLabel('Speed').selectOption('300');
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
      await page.getByText(/^[1-9]\d* of \d+ scans$/).waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await page.locator('[data-evening=stopped]').waitFor();
      expect((await evening('GET')).status.state).toBe('stopped');
    } finally {
      await browser.stop();
    }
  });

  it.each([
    ['too fast', { speed: 1e6 }, {}, 400],
    ['no speed', {}, {}, 400],
    ['another site’s page', { speed: 60 }, { origin: 'https://evil.example' }, 403],
  ])('refuses %s', async (_name, body, headers, code) => {
    expect((await evening('POST', body, headers)).code).toBe(code);
    expect((await evening('GET')).status.state).not.toBe('playing');
  });
});
