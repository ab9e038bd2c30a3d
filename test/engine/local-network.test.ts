import { once } from 'node:events';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Host, startHost } from '../../local/host.ts';
import { httpApi, type Workspace, workspace } from './fixtures/assembly.ts';

// If this failed, a phone could not scan with its camera, or strangers on the network would read the mails.
describe('a host that is opened to the network', () => {
  let space: Workspace;
  let host: Host;

  const start = async () => {
    const { assembly, data } = space;
    const network = { host: '127.0.0.1', port: 0 };
    host = await startHost({ assembly, data, port: 0, network, report: () => undefined });
  };

  beforeAll(async () => {
    space = workspace({
      functions: {
        Live: "export const handler = async ({ headers }) => ({ statusCode: 200, body: JSON.stringify({ url: 'ws://' + headers.place + '/local/live/event/realtime' }) });",
      },
      app: httpApi({ 'GET /v1/live': { fn: 'Live' } }),
    });
    await start();
  });
  afterAll(async () => {
    await host.stop();
    space.remove();
  });

  const ask = async (path: string, ca?: string, headers: Record<string, string> = {}) => {
    const url = `${host.network?.urls[0]}${path}`;
    const outgoing = get(url, { ca, headers, rejectUnauthorized: ca !== undefined });
    const [response] = await once(outgoing, 'response');
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
  const authority = async () => (await ask('/local/authority.crt')).body;

  test('has a certificate of an authority that outlives a restart', async () => {
    const ca = await authority();
    await host.stop();
    await start();
    expect(await authority()).toBe(ca);
    expect((await ask('/v1/live', ca)).status).toBe(200);
    await expect(ask('/v1/live', 'another authority')).rejects.toThrow(/certificate/);
  });

  test('explains how to trust it, with the fingerprint that the computer shows', async () => {
    const page = await ask('/local/trust', await authority());
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).toContain(host.network?.fingerprint);
  });

  test('refuses there what it shows freely on loopback', async () => {
    const ca = await authority();
    for (const path of ['/local/outbox', '/local/jwks.json', '/local/live/event', '/local/sns', '/local/']) {
      expect([path, (await ask(path, ca)).status]).toEqual([path, 403]);
    }
    expect((await fetch(`${host.baseUrl}/local/outbox`)).status).toBe(200);
    expect(JSON.parse((await ask('/site.json', ca)).body)).toMatchObject({ local: false });
  });

  test('names the live channel by the address that the phone knows', async () => {
    const answer = await ask('/v1/live', await authority(), { place: new URL(host.baseUrl).host });
    const { host: network } = new URL(host.network?.urls[0] ?? '');
    expect(JSON.parse(answer.body)).toEqual({ url: `wss://${network}/local/live/event/realtime` });
  });
});
