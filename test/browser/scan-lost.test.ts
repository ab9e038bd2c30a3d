import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ownEvent } from '../support/own-event.ts';
import { startTestTurnout, type TestTurnout } from '../support/turnout.ts';
import { BROWSER_TIMEOUT_MS } from './chromium.ts';
import {
  aPhone,
  installed,
  type Network,
  type Phone,
  pairPhone,
  scanAt,
  startNetwork,
} from './scan-phone.ts';

/** Everything that scripts of this origin can read, as text; of keys, whether they can be taken out. */
const DUMP = `(async () => {
  const text = (value) => JSON.stringify(value, (_, inner) => {
    if (inner instanceof ArrayBuffer || ArrayBuffer.isView(inner)) return new TextDecoder('latin1').decode(inner);
    if (inner instanceof CryptoKey) return 'key, extractable: ' + inner.extractable;
    return inner;
  });
  const asked = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const stores = {};
  for (const { name } of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name));
    for (const store of db.objectStoreNames) {
      const from = db.transaction(store).objectStore(store);
      stores[store] = text([await asked(from.getAllKeys()), await asked(db.transaction(store).objectStore(store).getAll())]);
    }
    db.close();
  }
  const cached = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) cached.push(request.url);
  return { stores, cached, local: text({ ...localStorage }), session: text({ ...sessionStorage }),
    cookies: document.cookie, address: location.href };
})()`;

const dump = z.object({
  stores: z.record(z.string(), z.string()),
  cached: z.array(z.string()),
  local: z.string(),
  session: z.string(),
  cookies: z.string(),
  address: z.string(),
});

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('a phone that was lost after a day at the door', () => {
  let turnout: TestTurnout;
  let network: Network;
  let phone: Phone | undefined;
  beforeAll(async () => {
    turnout = await startTestTurnout({ empty: true });
    network = await startNetwork(turnout.turnout.host.port);
  }, BROWSER_TIMEOUT_MS);
  afterAll(async () => {
    await phone?.close();
    await network?.close();
    await turnout?.stop();
  });

  it('tells its finder no name, no code and no token, through the page or from its disk', async () => {
    const own = await ownEvent(turnout, 'lost', [{ sessionId: 'forum', kind: 'forum' }]);
    const people = ['Wilhelmina Featherstone', 'Bartholomew Quicksilver', 'Ottoline Marchbanks'];
    const codes = await own.issue(
      people.map((name, index) => ({ badgeId: `B-${index}`, category: 'delegate', name })),
    );
    const [signed = '', second = '', third = ''] = codes;
    const { pairingCode } = await own.announce('Door', 'supervisor');
    const made = await aPhone({ baseUrl: network.baseUrl });
    phone = made;
    const { page } = made;
    const tokens: string[] = [];
    page.on('response', async (response) => {
      if (response.url().endsWith('/v1/devices/pair'))
        tokens.push(z.object({ token: z.string() }).parse(await response.json()).token);
    });
    await pairPhone(made, network.baseUrl, pairingCode);
    await installed(made);

    await scanAt(page, signed);
    const open = async (name: string) => {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.locator('dialog').getByRole('button', { name }).click();
    };
    await open('Find a person');
    await page.getByLabel('Name').fill('Bartholomew');
    await page.locator('dialog form button').click();
    await page.locator('dialog .row', { hasText: 'Quicksilver' }).click();
    await page.locator('.verdict-welcome').waitFor();
    await open('Register somebody');
    await page.getByLabel('Name').fill('Thaddeus Wintergreen');
    await page.getByRole('button', { name: 'Register and admit' }).click();
    const walkIn = await page.locator('.issued-code').innerText();
    await page.keyboard.press('Escape');
    await network.cut();
    // Lost with two scans that wait, one of them with the reason for it.
    await scanAt(page, third);
    await scanAt(page, second);
    await page.locator('.verdict-actions button', { hasText: 'Admit all the same' }).click();
    await page.locator('dialog .row', { hasText: 'Emergency' }).click();
    await page.locator('.link-waiting', { hasText: '2 scans wait' }).waitFor();

    const seen = dump.parse(await page.evaluate(DUMP));
    expect(Object.keys(seen.stores)).toEqual(expect.arrayContaining(['queue', 'records', 'pairing', 'keys']));
    // The dump sees what is there: without this line it could be blind.
    expect(seen.stores['knowledge']).toContain('forum');
    expect(seen.stores['keys']).toContain('extractable: false');
    expect(seen.stores['keys']).not.toContain('extractable: true');
    expect(seen.address).toBe(`${network.baseUrl}/scan`);

    expect(tokens).toHaveLength(1);
    const secrets = [...people, 'Thaddeus', 'Wintergreen', ...people.flatMap((name) => name.split(' '))]
      .concat(codes, walkIn, tokens)
      .filter((secret) => secret !== '');
    const told = JSON.stringify(seen);
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);

    await made.kill();
    const files = filesBelow(made.profile);
    expect(files.some((file) => file.includes('IndexedDB'))).toBe(true);
    const found = files.flatMap((file) => {
      const bytes = readFileSync(file);
      return secrets
        .filter((secret) => bytes.includes(secret) || bytes.includes(Buffer.from(secret, 'utf16le')))
        .map((secret) => `${file.slice(made.profile.length)}: ${secret.slice(0, 12)}`);
    });
    expect(found).toEqual([]);
  }, 60_000);
});
