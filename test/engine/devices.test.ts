import { randomInt } from 'node:crypto';
import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { create, list, pair, revoke } from '../../functions/devices/devices.ts';
import { scanner } from '../../functions/devices/scanner.ts';
import { wrongCodes } from '../../functions/devices/wrong-codes.ts';
import { closing } from '../../functions/programme/closing.ts';
import { deleteBadge, importBadges, reissueBadge, revokeBadge } from '../../shared/contract/badges.ts';
import * as contract from '../../shared/contract/devices.ts';
import { closeEvent, reopenEvent } from '../../shared/contract/event-closing.ts';
import { importProgramme, putEvent } from '../../shared/contract/programme.ts';
import { cursors } from '../../shared/runtime/cursors.ts';
import { heardOf } from '../../shared/runtime/heard-of.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import type { Principal } from '../../shared/runtime/principal.ts';
import { tokenVerifier } from '../../shared/runtime/tokens.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { eventDeletions } from '../../shared/store/event-deletions.ts';
import { devicePartition } from '../../shared/store/registry-keys.ts';
import { call } from './announcement-host.ts';
import { type RegistryHost, SECRET, startRegistryHost } from './registry-host.ts';

const EVENT = 'doors';
const MINUTE = 60_000;
const noIssuer = { ISSUER: 'https://issuer.example', JWKS_URL: 'https://issuer.example/jwks', AUDIENCE: 'x' };

let host: RegistryHost;
let api: ReturnType<typeof httpApi>;
let now = Date.UTC(2023, 6, 4, 10);
const wire = () => {
  const devices = deviceStore(host.documents, host.table);
  const deps = {
    devices,
    badges: host.badgeStore,
    event: host.events.existing,
    programme: host.programmes.get,
    heardOf: heardOf(devices, () => now),
    cursors: cursors(async () => SECRET),
    wrong: wrongCodes(() => now),
    sealingSecret: async () => SECRET,
    clock: () => now,
  };
  api = httpApi([
    on(contract.createDevice, create(deps)),
    on(contract.pairDevice, pair(deps)),
    on(contract.listDevices, list(deps)),
    on(contract.revokeDevice, revoke(deps)),
    on(contract.getScanner, scanner(deps)),
  ]);
  return { verify: tokenVerifier(devices, async () => SECRET, noIssuer), devices };
};

beforeAll(async () => {
  host = await startRegistryHost();
  wire();
  const settings = { title: { en: 'x' }, timeZone: 'UTC', languages: ['en'] };
  await call(host.programme, putEvent, { params: { event: EVENT }, body: settings });
  const session = (sessionId: string) => ({
    sessionId,
    title: { en: sessionId },
    venueId: 'hall',
    startsAt: '2023-07-04T10:00:00Z',
    endsAt: '2023-07-04T12:00:00Z',
  });
  const body = { venues: [{ venueId: 'hall', title: 'Hall' }], sessions: [session('a'), session('b')] };
  await call(host.programme, importProgramme, { params: { event: EVENT }, body });
});
afterAll(() => host.stop());

const params = { event: EVENT };
const aDevice = async (body: object = {}) => {
  const response = await call(api, contract.createDevice, {
    params,
    body: { name: 'Door 1', role: 'scanner', ...body },
  });
  expect(response.status).toBe(201);
  return response.json;
};
const use = (pairingCode: unknown) => call(api, contract.pairDevice, { body: { pairingCode } });
const paired = async (body: object = {}) => {
  const { json } = await use((await aDevice(body))['pairingCode']);
  const principal: Principal = {
    kind: 'device',
    deviceId: json['deviceId'],
    event: EVENT,
    role: json['role'],
    sessions: json['sessions'],
  };
  return { token: String(json['token']), deviceId: String(json['deviceId']), principal };
};
const listed = async (deviceId: string) => {
  const { json } = await call(api, contract.listDevices, { params, query: { limit: '1000' } });
  return json['items'].find((item: { deviceId: string }) => item.deviceId === deviceId);
};

describe('a volunteer pairs a phone', () => {
  test('and of many who have the code at once, one has it', async () => {
    const { pairingCode } = await aDevice();
    const answers = await Promise.all(Array.from({ length: 8 }, () => use(pairingCode)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(404)]);
  });

  test('with a code that is easy to type, once', async () => {
    const { pairingCode, expiresAt, deviceId } = await aDevice({ role: 'supervisor', sessions: ['a'] });
    expect(pairingCode).toMatch(/^[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}$/);
    expect(Date.parse(expiresAt)).toBe(now + 15 * MINUTE);
    const first = await use(` ${pairingCode.toLowerCase().replace('-', ' ')} `);
    expect(first).toMatchObject({
      status: 201,
      json: { deviceId, event: EVENT, role: 'supervisor', sessions: ['a'] },
    });
    expect(first.json['token']).toMatch(new RegExp(`^${EVENT}\\.${deviceId}\\.[\\w-]{43}$`));
    const second = await use(pairingCode);
    expect(second).toMatchObject({ status: 404 });
    expect(await listed(deviceId)).toMatchObject({ paired: true, name: 'Door 1' });
  });

  test('ten tries with one code at once: one device comes of it', async () => {
    const { pairingCode } = await aDevice();
    const answers = await Promise.all(Array.from({ length: 10 }, () => use(pairingCode)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  test('a wrong, an old and a used code get the same answer', async () => {
    const { pairingCode: old } = await aDevice();
    const { pairingCode: used } = await aDevice();
    await use(used);
    now += 15 * MINUTE + 1000;
    const answers = await Promise.all(['AAAAA-AAAAA', old, used].map(use));
    expect(new Set(answers.map(({ json }) => JSON.stringify({ ...json, instance: '' }))).size).toBe(1);
    expect(answers[0]?.status).toBe(404);
    expect((await use('')).status).toBe(400);
    expect((await use(5)).status).toBe(400);
  });

  test('wrong codes are slowed down by their source, and stop nobody’s right one', async () => {
    const from = (source: string, pairingCode: unknown, headers: Record<string, string> = {}) =>
      call(api, contract.pairDevice, { body: { pairingCode }, source, headers });
    const { pairingCode } = await aDevice();
    const { pairingCode: neighbours } = await aDevice();
    now += MINUTE;
    const flood = await Promise.all(Array.from({ length: 100 }, () => from('198.51.100.7', 'AAAAA-AAAAA')));
    expect(Map.groupBy(flood, ({ status }) => status)).toEqual(
      new Map([
        [404, expect.objectContaining({ length: 20 })],
        [429, expect.objectContaining({ length: 80 })],
      ]),
    );
    const slowed = flood.at(-1);
    expect(Number(slowed?.headers['retry-after'])).toBeGreaterThan(0);
    expect(slowed?.json['detail']).toMatch(/^Too many wrong pairing codes/);

    expect((await from('203.0.113.9', 'AAAAA-AAAAA')).status).toBe(404);
    expect((await from('203.0.113.9', pairingCode)).status).toBe(201);
    expect((await from('198.51.100.7', neighbours)).status).toBe(201);
    now += MINUTE;
    expect((await from('198.51.100.7', 'AAAAA-AAAAA')).status).toBe(404);
  });

  test('an invented code is not looked up, and one that is spent ten times at most', async () => {
    const { send } = host.documents;
    let looks = 0;
    host.documents.send = (...sent: unknown[]) => {
      looks += 1;
      return Reflect.apply(send, host.documents, sent);
    };
    try {
      const letters = [...'23456789ABCDEFGHJKMNPQRSTUVWXYZ'];
      const random = () => Array.from({ length: 10 }, () => letters[randomInt(31)]).join('');
      const guesses = await Promise.all(
        Array.from({ length: 2_000 }, (_, n) =>
          call(api, contract.pairDevice, { body: { pairingCode: random() }, source: `10.0.0.${n % 250}` }),
        ),
      );
      expect(guesses.every(({ status }) => status === 404)).toBe(true);
      // One in 29,791 has a good seal by chance.
      expect(looks).toBeLessThanOrEqual(2);
      const { pairingCode } = await aDevice();
      looks = 0;
      const uses = await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          call(api, contract.pairDevice, { body: { pairingCode }, source: `10.0.1.${n}` }),
        ),
      );
      expect(uses.filter(({ status }) => status === 201)).toHaveLength(1);
      // Each try deletes the code if it is there; the one that has it writes the device, too.
      expect(looks).toBeLessThanOrEqual(11);
    } finally {
      host.documents.send = send;
    }
  });

  test('neither the code nor the token is stored', async () => {
    const { pairingCode } = await aDevice();
    const { token } = await paired();
    const { Items } = await host.documents.send(new ScanCommand({ TableName: host.table }));
    const stored = JSON.stringify(Items);
    expect(stored).not.toContain(pairingCode);
    expect(stored).not.toContain(pairingCode.replace('-', ''));
    expect(stored).not.toContain(token.split('.')[2]);
  });

  test('a session that does not exist is said so', async () => {
    const body = { name: 'Door', role: 'scanner', sessions: ['a', 'zzz'] };
    const { status, json } = await call(api, contract.createDevice, { params, body });
    expect(status).toBe(400);
    expect(json['errors'][0].pointer).toBe('/sessions/1');
  });
});

describe('a device proves who it is', () => {
  const reasonOf = (principal: Principal) =>
    principal.kind === 'anonymous' ? principal.reason : principal.kind;

  test('by its token, and by nothing near it', async () => {
    const { verify } = wire();
    const { token, deviceId } = await paired({ sessions: ['b'] });
    expect(await verify(`Bearer ${token}`)).toEqual({
      kind: 'device',
      deviceId,
      event: EVENT,
      role: 'scanner',
      sessions: ['b'],
    });
    const other = await paired();
    const swapped = [EVENT, deviceId, other.token.split('.')[2]].join('.');
    for (const wrong of [
      swapped,
      token.slice(0, -1),
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      token.replace(EVENT, 'elsewhere'),
    ]) {
      expect((await verify(`Bearer ${wrong}`)).kind).toBe('anonymous');
    }
    expect(reasonOf(await verify(undefined))).toMatch(/Send a token/);
    expect(reasonOf(await verify(`Basic ${token}`))).toMatch(/Send a token/);
  });

  test('a device that was announced but never paired has no token', async () => {
    const { verify } = wire();
    const { deviceId } = await aDevice();
    expect((await verify(`Bearer ${EVENT}.${deviceId}.${'A'.repeat(43)}`)).kind).toBe('anonymous');
  });

  test('once revoked it is refused, and cannot be paired any more', async () => {
    const { token, deviceId } = await paired();
    const { pairingCode, deviceId: second } = await aDevice();
    for (const device of [deviceId, second]) {
      const response = await call(api, contract.revokeDevice, { params: { ...params, device } });
      expect(response).toMatchObject({ status: 200, json: { revokedAt: expect.any(String) } });
    }
    expect(reasonOf(await wire().verify(`Bearer ${token}`))).toMatch(/revoked/);
    expect((await use(pairingCode)).status).toBe(404);
    const unknown = await call(api, contract.revokeDevice, { params: { ...params, device: 'nobody' } });
    expect(unknown.status).toBe(404);
  });
});

describe('a device fetches what it needs to decide alone', () => {
  const fetchScanner = (principal: Principal, headers = {}, query = {}) =>
    call(api, contract.getScanner, { params, headers, query, principal });

  test('once: the same is not sent again, and a revoked badge is', async () => {
    const { principal } = await paired();
    const badges = [{ badgeId: 'B-1', category: 'vip' }];
    await call(host.badges, importBadges, { params, body: badges });
    const first = await fetchScanner(principal);
    expect(first.status).toBe(200);
    expect(first.json).toMatchObject({
      event: EVENT,
      revokedBadges: [],
      publicKeys: [{ kid: 'k1' }],
      sessions: [{ sessionId: 'a' }, { sessionId: 'b' }],
    });
    const etag = first.headers['etag'] ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    expect(await fetchScanner(principal, { 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });
    await call(host.badges, revokeBadge, { params: { ...params, badge: 'B-1' } });
    const later = await fetchScanner(principal, { 'if-none-match': etag });
    expect(later).toMatchObject({ status: 200, json: { revokedBadges: ['B-1'] } });
  });

  test('of prints that no longer count it hears which were replaced and which deleted', async () => {
    const { principal } = await paired();
    const body = ['B-2', 'B-3'].map((badgeId) => ({ badgeId, category: 'vip' }));
    await call(host.badges, importBadges, { params, body });
    const on = (badge: string) => ({ params: { ...params, badge } });
    await call(host.badges, reissueBadge, { ...on('B-2'), body: { reason: 'lost' } });
    await call(host.badges, deleteBadge, on('B-3'));
    const at = expect.any(String);
    const { json } = await fetchScanner(principal);
    expect(json['reissuedBadges']).toEqual([
      { badgeId: 'B-2', issue: 2, at },
      { badgeId: 'B-3', issue: 2, at, deleted: true },
    ]);
  });

  test('and tells how many scans it holds back', async () => {
    const { principal, deviceId } = await paired();
    await fetchScanner(principal, {}, { queued: '7' });
    await expect.poll(async () => (await listed(deviceId)).queued).toBe(7);
    expect((await fetchScanner(principal, {}, { queued: '-1' })).status).toBe(400);
  });

  test('organizers and devices of other events do not get it', async () => {
    const { principal } = await paired();
    expect((await call(api, contract.getScanner, { params })).status).toBe(403);
    const foreign: Principal = {
      ...principal,
      kind: 'device',
      deviceId: 'x',
      event: 'other',
      role: 'scanner',
      sessions: null,
    };
    expect((await fetchScanner(foreign)).status).toBe(403);
  });
});

describe('a device is seen', () => {
  const seenAt = async (deviceId: string) => {
    const Key = { pk: devicePartition(EVENT), sk: deviceId };
    const { Item } = await host.documents.send(
      new GetCommand({ TableName: host.table, Key, ConsistentRead: true }),
    );
    return Item?.['lastSeenAt'];
  };

  test('at most every 30 s, however many scans it sends', async () => {
    const { devices } = wire();
    const { deviceId } = await paired();
    const heard = heardOf(devices, () => now);
    const start = now;
    heard(EVENT, deviceId, { lastScanAt: now });
    await expect.poll(() => seenAt(deviceId)).toBe(new Date(start).toISOString());
    now += 29_000;
    heard(EVENT, deviceId, { lastScanAt: now });
    now += 2000;
    heard(EVENT, deviceId, { lastScanAt: now, queued: 0 });
    await expect.poll(() => seenAt(deviceId)).toBe(new Date(now).toISOString());
    expect(await listed(deviceId)).toMatchObject({ queued: 0, lastScanAt: new Date(now).toISOString() });
  });

  test('an unknown device leaves no trace', async () => {
    const { devices } = wire();
    await devices.heardOf(EVENT, 'nobody', { at: new Date(now).toISOString() });
    expect(await devices.get(EVENT, 'nobody')).toBeUndefined();
  });
});

test('closing an event ends its devices, and no new one is paired until it is opened again', async () => {
  const { devices } = wire();
  const { close, reopen } = closing({
    events: host.events,
    deletions: eventDeletions(host.documents, 'Registry'),
    devices,
    clock: () => now,
  });
  const ends = httpApi([on(closeEvent, close), on(reopenEvent, reopen)]);
  const { deviceId } = await paired();
  const waiting = await aDevice({ name: 'not yet paired' });
  expect((await call(ends, closeEvent, { params, body: { confirm: 'other' } })).status).toBe(400);
  expect((await listed(deviceId))['revokedAt']).toBeNull();
  const closed = await call(ends, closeEvent, { params, body: { confirm: EVENT } });
  expect(closed.json['closedAt']).toBe(new Date(now).toISOString());
  expect((await listed(deviceId))['revokedAt']).toBe(new Date(now).toISOString());
  expect((await use(waiting['pairingCode'])).status).toBe(404);
  const body = { name: 'Door 1', role: 'scanner' };
  expect((await call(api, contract.createDevice, { params, body })).status).toBe(409);
  now += MINUTE;
  expect((await call(ends, closeEvent, { params, body: { confirm: EVENT } })).json).toEqual(closed.json);
  expect((await call(ends, reopenEvent, { params })).json['closedAt']).toBeNull();
  await paired();
});
