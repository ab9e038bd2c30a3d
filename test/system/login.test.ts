import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { present, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const program = fileURLToPath(new URL('../../cli/turnout.mjs', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'turnout-login-'));
const kept = join(home, 'turnout', 'sign-ins.json');
const saved = z.record(z.string(), z.looseObject({ accessToken: z.string(), expiresAt: z.number() }));
let system: TestTurnout;
let port: number;

beforeAll(async () => {
  system = await startTestTurnout();
  const probe = createServer();
  port = await new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => resolve(z.object({ port: z.int() }).parse(probe.address()).port));
  });
  probe.close();
});
afterAll(async () => {
  await system?.stop();
  rmSync(home, { recursive: true, force: true });
});

const begin = (...args: string[]) => {
  const child = spawn(process.execPath, [program, ...args, '--url', system.credentials.baseUrl], {
    env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: home, TURNOUT_EVENT: system.credentials.event },
  });
  let [out, err] = ['', ''];
  const page = new Promise<string>((resolve) => {
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const [found] = /^http\S+$/m.exec(out) ?? [];
      if (found) resolve(found);
    });
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return { page, ended };
};

const readKept = () =>
  present(saved.parse(JSON.parse(readFileSync(kept, 'utf8')))[system.credentials.baseUrl]);

describe('an organizer signs in from the shell, in a browser', () => {
  it('is told to, where nobody has signed in', async () => {
    const { code, err } = await begin('attendance').ended;
    expect(code).toBe(1);
    expect(err).toContain('turnout login');
  });

  it('by an authorization code with PKCE; what is kept is theirs alone', async () => {
    const { page, ended } = begin('login', '--port', String(port));
    const choice = await (await fetch(await page)).text();
    const [link] = /href="([^"]+role=organizer[^"]*)"/.exec(choice)?.slice(1) ?? [];
    const chosen = new URL(present(link).replaceAll('&amp;', '&'), await page);
    const back = await fetch(chosen, { redirect: 'manual' });
    const location = new URL(present(back.headers.get('location')));
    expect(location.origin).toBe(`http://localhost:${port}`);
    location.hostname = '127.0.0.1';
    expect((await fetch(location)).status).toBe(200);
    expect(await ended).toMatchObject({ code: 0, err: '' });
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect((await begin('attendance').ended).out).toContain('opening-ceremony');

    // The same code buys nothing again, and nothing without the verifier that it was made for.
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: present(location.searchParams.get('code')),
      code_verifier: 'x'.repeat(43),
      redirect_uri: `http://localhost:${port}/callback`,
      client_id: 'local-client',
    });
    const again = await fetch(`${system.credentials.baseUrl}/local/issuer/token`, { method: 'POST', body });
    expect(again.status).toBe(400);
  });

  it('and stays signed in: a token that is about to end is renewed', async () => {
    const all = saved.parse(JSON.parse(readFileSync(kept, 'utf8')));
    const before = readKept();
    writeFileSync(
      kept,
      JSON.stringify({ ...all, [system.credentials.baseUrl]: { ...before, expiresAt: Date.now() } }),
    );
    expect((await begin('devices', 'list').ended).code).toBe(0);
    expect(readKept().expiresAt).toBeGreaterThan(Date.now() + 60_000);
    expect(readKept().accessToken).not.toBe(before.accessToken);
  });

  it('until they sign out', async () => {
    const { refreshToken } = z.looseObject({ refreshToken: z.string() }).parse(readKept());
    const renew = () =>
      fetch(`${system.credentials.baseUrl}/local/issuer/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
      });
    expect((await renew()).status).toBe(200);
    expect((await begin('logout').ended).out).toContain('Signed out');
    expect((await renew()).status).toBe(400);
    expect((await begin('attendance').ended).code).toBe(1);
  });

  it('and nobody is sent anywhere else: redirects leave this machine never', async () => {
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: 'local-client',
      redirect_uri: 'https://evil.example/callback',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
      role: 'organizer',
    });
    const page = `${system.credentials.baseUrl}/local/issuer/authorize?${query}`;
    expect((await fetch(page, { redirect: 'manual' })).status).toBe(400);
  });

  it('and a host without a user pool says so to who would invite others', async () => {
    const { code, err } = await begin('organizers', 'add', 'ada@example.org', '--events', 'a').ended;
    expect(code).toBe(1);
    expect(err).toContain('no user pool');
  });
});
