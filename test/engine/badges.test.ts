import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as contract from '../../shared/contract/badges.ts';
import { putEvent } from '../../shared/contract/programme.ts';
import { parseBadgeCode, verifyBadgeCode } from '../../shared/domain/badge-code.ts';
import { ownerAt } from '../../shared/domain/code-owners.ts';
import { badgeVerifier, deriveBadgeKey } from '../../shared/runtime/badge-keys.ts';
import { transactAll } from '../../shared/store/batches.ts';
import { standingPartition, standingSort } from '../../shared/store/registry-keys.ts';
import { call } from './announcement-host.ts';
import { type RegistryHost, SECRET, startRegistryHost } from './registry-host.ts';

let host: RegistryHost;
beforeAll(async () => {
  host = await startRegistryHost();
});
afterAll(() => host.stop());

const csvType = { 'content-type': 'text/csv; charset=utf-8' };
let made = 0;
const nextEvent = (prefix: string) => {
  made += 1;
  return `${prefix}-${made}`;
};
const anEvent = async () => {
  const event = nextEvent('badges');
  const body = { title: { en: 'x' }, timeZone: 'UTC', languages: ['en'] };
  await call(host.programme, putEvent, { params: { event }, body });
  const load = async (body: unknown, headers = {}, query = {}) =>
    call(host.badges, contract.importBadges, { params: { event }, body, headers, query });
  return {
    event,
    load,
    get: (badge: string) => call(host.badges, contract.getBadge, { params: { event, badge } }),
    find: (search: string, query = {}) =>
      call(host.badges, contract.findBadges, { params: { event }, query: { search, ...query } }),
    revoke: (badge: string, body?: unknown) =>
      call(host.badges, contract.revokeBadge, { params: { event, badge }, body }),
  };
};
const ownerNow = async (event: string, code: string) => {
  const owned = ownerAt((await host.badgeStore.ownersOfCode(event, code))?.owners ?? [], Date.now());
  return owned && { badgeId: owned.owner.badgeId, superseded: owned.superseded };
};
const ada = { badgeId: 'B-1', category: 'speaker', country: 'GB', name: 'Ada Lovelace' };
const statuses = (response: { json: Record<string, { status: string }[]> }) =>
  response.json['results']?.map(({ status }) => status);

describe('an organizer imports badges', () => {
  test('one without a code gets a signed one that a door accepts without asking', async () => {
    const { event, load } = await anEvent();
    const { json } = await load([ada]);
    expect(json).toMatchObject({ created: 1, errors: [] });
    const code = parseBadgeCode(json['results'][0].code);
    if (code.kind !== 'signed') throw new Error('not signed');
    expect(code).toMatchObject({ event, badgeId: 'B-1', category: 'speaker', country: 'GB' });
    expect(verifyBadgeCode(code, badgeVerifier([deriveBadgeKey(SECRET, event, 'k1')]))).toBe(true);
  });

  test('a code of another system is found in one read', async () => {
    const { event, load } = await anEvent();
    await load([{ ...ada, code: 'TICKET-42' }]);
    expect(await host.badgeStore.ownersOfCode(event, 'TICKET-42')).toEqual({
      revokedAt: null,
      owners: [
        { badgeId: 'B-1', category: 'speaker', country: 'GB', since: expect.any(Number), until: null },
      ],
    });
    expect(await host.badgeStore.ownersOfCode(event, 'TICKET-43')).toBeUndefined();
  });

  test('a dry run says of each row what would become of it, and stores nothing', async () => {
    const { load, get, event } = await anEvent();
    await load([ada, { badgeId: 'B-2', category: 'vip', code: 'X-2' }]);
    const { json } = await load(
      [
        { ...ada, category: 'vip', name: 'Ada King' },
        { badgeId: 'B-2', category: 'vip' },
        { badgeId: 'B-3', category: 'press', code: 'X-2' },
        { badgeId: 'B-4', category: 'wizard' },
        { badgeId: 'B-5', category: 'press', code: 'X-5' },
      ],
      {},
      { dryRun: 'true' },
    );
    expect(statuses({ json })).toEqual(['updated', 'unchanged', 'invalid', 'invalid', 'created']);
    expect(json['results'][0].changes).toEqual([
      { field: 'category', before: 'speaker', after: 'vip' },
      { field: 'name', before: 'Ada Lovelace', after: 'Ada King' },
      { field: 'code', before: expect.stringMatching(/^T1/), after: null },
    ]);
    expect(json['errors']).toMatchObject([
      { pointer: '/2/code', detail: 'belongs to another badge' },
      { pointer: '/3/category' },
    ]);
    expect((await get('B-1')).json).toMatchObject({ category: 'speaker', name: 'Ada Lovelace', issue: 1 });
    expect((await get('B-5')).status).toBe(404);
    expect(await host.badgeStore.ownersOfCode(event, 'X-5')).toBeUndefined();
  });

  test('sending the same again changes nothing; a change says so', async () => {
    const { load } = await anEvent();
    const rows = [ada, { badgeId: 'B-2', category: 'vip', code: 'X-2' }];
    const first = await load(rows);
    const again = await load(rows);
    expect(again.json).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect(again.json['results'].map(({ code }: { code: string }) => code)).toEqual(
      first.json['results'].map(({ code }: { code: string }) => code),
    );
    const changed = await load([{ badgeId: 'B-1', category: 'vip' }, rows[1]]);
    expect(statuses(changed)).toEqual(['updated', 'unchanged']);
  });

  test('a company is kept, and left alone by files that know none', async () => {
    const { load, get } = await anEvent();
    await load('badgeId,category,company\nB-1,speaker,Analytical Engines', csvType);
    expect(statuses(await load([{ badgeId: 'B-1', category: 'speaker' }]))).toEqual(['unchanged']);
    expect((await get('B-1')).json['company']).toBe('Analytical Engines');
    expect(statuses(await load([{ badgeId: 'B-1', category: 'speaker', company: null }]))).toEqual([
      'updated',
    ]);
  });

  test('what a row leaves out stays, null takes it away', async () => {
    const { load, get } = await anEvent();
    await load([ada]);
    await load([{ badgeId: 'B-1', category: 'speaker' }]);
    expect((await get('B-1')).json).toMatchObject({ name: 'Ada Lovelace', country: 'GB', scans: [] });
    await load([{ badgeId: 'B-1', category: 'speaker', name: null }]);
    expect((await get('B-1')).json['name']).toBeNull();
  });

  test('with any wrong row nothing is applied, and each row says what it would need', async () => {
    const { load, get } = await anEvent();
    const response = await load([
      ada,
      { ...ada, badgeId: 'B 2' },
      { ...ada, badgeId: 'B-3', category: 'king', colour: 1 },
      { ...ada, badgeId: 'B-4', country: 'sg' },
      ada,
      'x',
      { badgeId: 'B-6', category: 'vip', code: 'T1.made.up' },
    ]);
    expect(response.status).toBe(200);
    expect(response.json).toMatchObject({ created: 0, updated: 0, unchanged: 0 });
    expect(statuses(response)?.slice(0, 6)).toEqual([
      'not-applied',
      'invalid',
      'invalid',
      'invalid',
      'invalid',
      'invalid',
    ]);
    expect(response.json['errors'].map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      expect.arrayContaining(['/1/badgeId', '/2/category', '/2/colour', '/3/country', '/4/badgeId', '/5']),
    );
    expect((await get('B-1')).status).toBe(404);
    const forged = await load([{ badgeId: 'B-6', category: 'vip', code: 'T1.made.up' }]);
    expect(forged.json['errors'][0]).toMatchObject({ pointer: '/0/code' });
  });

  test('a code that another row of the file keeps, or gives up, is refused alike', async () => {
    const { load, get } = await anEvent();
    const vip = { badgeId: 'B-2', category: 'vip' };
    await load([{ ...ada, code: 'KEPT' }]);
    for (const first of [
      { ...ada, country: 'FR' },
      { ...ada, code: 'OTHER' },
    ]) {
      const { json } = await load([first, { ...vip, code: 'KEPT' }]);
      expect(json['errors']).toEqual([{ pointer: '/1/code', detail: 'belongs to another badge' }]);
    }
    expect((await get('B-1')).json).toMatchObject({ code: 'KEPT' });
    expect((await get('B-2')).status).toBe(404);
  });

  test('a code that another badge has is refused, and nothing else is stored', async () => {
    const { event, load, get } = await anEvent();
    await load([{ ...ada, code: 'SAME' }]);
    const rows = Array.from({ length: 30 }, (_, index) => ({
      badgeId: `N-${index}`,
      category: 'vip',
      code: index === 20 ? 'SAME' : `C-${index}`,
    }));
    const response = await load(rows);
    expect(response.json['errors']).toEqual([{ pointer: '/20/code', detail: 'belongs to another badge' }]);
    expect((await get('N-0')).status).toBe(404);
    expect(await host.badgeStore.ownersOfCode(event, 'C-0')).toBeUndefined();
    expect(await ownerNow(event, 'SAME')).toMatchObject({ badgeId: 'B-1', superseded: false });
  });

  test('a new code takes the place of the old one', async () => {
    const { event, load } = await anEvent();
    await load([{ ...ada, code: 'OLD' }]);
    await load([{ ...ada, code: 'NEW' }]);
    expect(await ownerNow(event, 'OLD')).toMatchObject({ badgeId: 'B-1', superseded: true });
    expect(await ownerNow(event, 'NEW')).toMatchObject({ badgeId: 'B-1', superseded: false });
  });

  test('too many at once, none at all, and no event are said so', async () => {
    const { load } = await anEvent();
    const many = Array.from({ length: 1001 }, (_, index) => ({ badgeId: `B-${index}`, category: 'vip' }));
    expect((await load(many)).status).toBe(400);
    expect((await load([])).status).toBe(400);
    expect((await load({ badges: [] })).status).toBe(400);
    const csv = ['badgeId,category', ...many.map(({ badgeId }) => `${badgeId},vip`)].join('\n');
    expect((await load(csv, csvType)).status).toBe(413);
  });

  test('1,000 at once take seconds', async () => {
    const { load } = await anEvent();
    const rows = Array.from({ length: 1000 }, (_, index) => ({
      badgeId: `B-${index}`,
      category: 'delegate',
      country: 'CN',
      name: `Somebody Number${index}`,
      ...(index % 2 && { code: randomUUID() }),
    }));
    const began = performance.now();
    expect((await load(rows)).json).toMatchObject({ created: 1000 });
    expect(performance.now() - began).toBeLessThan(15_000);
    expect((await load(rows)).json).toMatchObject({ unchanged: 1000 });
  });
});

describe('a table of badges from a spreadsheet', () => {
  test.each([
    ['commas', 'badgeId,category,country,name,code\nB-1,speaker,GB,"Lovelace, Ada",\nB-2,vip,,,X-2\n'],
    [
      'semicolons, BOM and CRLF',
      '\ufeffBadge ID;Category;Country;Name;Code\r\nB-1;Speaker;gb;Lovelace, Ada;\r\n\r\nB-2;VIP;;;X-2\r\n',
    ],
    [
      'tabs and quotes',
      'badge_id\tcategory\tcountry\tname\tcode\n"B-1"\t"speaker"\t"GB"\t"Lovelace, Ada"\t""\nB-2\tvip\t\t\tX-2',
    ],
    [
      'columns in another order',
      'name,badgeId,code,category,country\n"Lovelace, Ada",B-1,,speaker,GB\n,B-2,X-2,vip,\n',
    ],
  ])('%s', async (_name, csv) => {
    const { load, get } = await anEvent();
    const response = await load(csv, csvType);
    expect(response.json).toMatchObject({ created: 2, errors: [] });
    expect((await get('B-1')).json).toMatchObject({
      name: 'Lovelace, Ada',
      country: 'GB',
      category: 'speaker',
    });
    expect((await get('B-2')).json).toMatchObject({ name: null, country: null, code: 'X-2' });
  });

  test('a wrong row is named by its line', async () => {
    const { load } = await anEvent();
    const csv = 'badgeId,category\nB-1,vip\n"B-2",king\nB-3,vip,more,still more\n';
    const { json } = await load(csv, csvType);
    expect(json['errors']).toEqual([
      { pointer: '/1/category', detail: expect.stringMatching(/^line 3: /) },
      { pointer: '/2', detail: expect.stringMatching(/^line 4: .*4 values for 2 columns/) },
    ]);
  });

  test.each([
    [
      'a picture',
      Buffer.from('89504e470d0a1a0a0000000d49484452000000100000', 'hex').toString('utf8'),
      /UTF-8/,
    ],
    [
      'a file in another encoding',
      Buffer.from('badgeId,category,name\nB-1,vip,Zo\xeb', 'latin1').toString('utf8'),
      /UTF-8/,
    ],
    ['no headings', 'B-1,vip\nB-2,vip\n', /needs a first line/],
    ['an unknown column', 'badgeId,category,coutry\nB-1,vip,SG\n', /"coutry"/],
    ['an open quote', 'badgeId,category\n"B-1,vip\n', /cannot be read/],
    ['headings alone', 'badgeId,category\n', /no row/],
    ['nothing', '', /empty|needs a first line/],
  ])('%s gets a clear answer', async (_name, csv, message) => {
    const { load } = await anEvent();
    const { status, json } = await load(csv, csvType);
    expect(status).toBe(400);
    expect(json['detail']).toMatch(message);
  });
});

describe('a supervisor looks someone up', () => {
  test('by the beginning of any name, whatever case and accents', async () => {
    const { load, find } = await anEvent();
    await load([
      ada,
      { badgeId: 'B-2', category: 'vip', name: 'Zoë Åström' },
      { badgeId: 'B-3', category: 'vip', name: 'Adam Love' },
      { badgeId: 'B-4', category: 'vip', name: '王小明' },
    ]);
    const ids = async (search: string) =>
      (await find(search)).json['items'].map(({ badgeId }: { badgeId: string }) => badgeId);
    expect(await ids('ada')).toEqual(['B-1', 'B-3']);
    expect(await ids('LOVE')).toEqual(['B-3', 'B-1']);
    expect(await ids('astrom')).toEqual(['B-2']);
    expect(await ids('zoe as')).toEqual(['B-2']);
    expect(await ids('王小明')).toEqual(['B-4']);
    expect(await ids('nobody')).toEqual([]);
  });

  test('by the new name once it has changed', async () => {
    const { load, find } = await anEvent();
    await load([ada]);
    await load([{ ...ada, name: 'Ada King' }]);
    expect((await find('lovelace')).json['items']).toEqual([]);
    expect((await find('king')).json['items']).toHaveLength(1);
  });

  test('page by page', async () => {
    const { load, find } = await anEvent();
    await load(
      Array.from({ length: 7 }, (_, index) => ({
        badgeId: `B-${index}`,
        category: 'vip',
        name: `Same ${index}`,
      })),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { json } = await find('same', { limit: '3', ...(cursor && { cursor }) });
      seen.push(...json['items'].map(({ badgeId }: { badgeId: string }) => badgeId));
      cursor = json['nextCursor'];
    } while (cursor);
    expect(seen).toEqual(['B-0', 'B-1', 'B-2', 'B-3', 'B-4', 'B-5', 'B-6']);
    expect((await find('same', { cursor: 'bm9uc2Vuc2U' })).status).toBe(400);
  });

  test('with at least three letters', async () => {
    const { find } = await anEvent();
    expect((await find('ad')).status).toBe(400);
    expect((await find('...')).status).toBe(400);
  });
});

describe('a lost badge is revoked', () => {
  test('the first revocation stays, and every door hears of it', async () => {
    const { event, load, revoke, get } = await anEvent();
    await load([ada, { badgeId: 'B-2', category: 'vip', code: 'X-2' }]);
    const first = await revoke('B-1', { reason: 'lost' });
    expect(first.json).toMatchObject({ revokedReason: 'lost', revokedAt: expect.stringMatching(/Z$/) });
    expect((await revoke('B-1', { reason: 'again' })).json['revokedReason']).toBe('lost');
    await revoke('B-2');
    expect((await host.badgeStore.ownersOfCode(event, 'X-2'))?.revokedAt).toEqual(expect.any(Number));
    const { changes } = await host.badgeStore.standingsSince(event);
    expect(changes.map(({ badgeId, kind }) => [badgeId, kind])).toEqual([
      ['B-1', 'revoked'],
      ['B-2', 'revoked'],
    ]);
    expect((await get('B-1')).json['revokedReason']).toBe('lost');
    expect((await revoke('B-9')).status).toBe(404);
  });

  test('importing it again does not bring it back', async () => {
    const { event, load, revoke, get } = await anEvent();
    await load([{ ...ada, code: 'OLD' }]);
    await revoke('B-1');
    await load([{ ...ada, category: 'vip', code: 'NEW' }]);
    expect((await get('B-1')).json).toMatchObject({ category: 'vip', revokedAt: expect.any(String) });
    expect((await host.badgeStore.ownersOfCode(event, 'NEW'))?.revokedAt).toEqual(expect.any(Number));
  });

  test('doors ask for what is new only, and miss nothing that came a moment late', async () => {
    const { event, load } = await anEvent();
    await load(['B-1', 'B-2', 'B-3'].map((badgeId) => ({ badgeId, category: 'vip' })));
    const now = Date.now();
    await host.badgeStore.revoke(event, 'B-1', null, now - 600_000);
    await host.badgeStore.revoke(event, 'B-2', null, now);
    const all = await host.badgeStore.standingsSince(event);
    expect(all.changes.map(({ badgeId }) => badgeId)).toEqual(['B-1', 'B-2']);
    await host.badgeStore.revoke(event, 'B-3', null, now - 1000);
    const { changes } = await host.badgeStore.standingsSince(event, all.lastKey);
    expect(changes.map(({ badgeId }) => badgeId)).toEqual(['B-3', 'B-2']);
  });

  test('10,000 revoked badges are read within a second or two', async () => {
    const { event } = await anEvent();
    const at = new Date().toISOString();
    await transactAll(
      host.documents,
      Array.from({ length: 10_000 }, (_, index) => {
        const badgeId = `B-${index}`;
        const Item = { pk: standingPartition(event), sk: standingSort(at, badgeId), badgeId };
        return { actions: [{ Put: { TableName: host.table, Item } }] };
      }),
    );
    const began = performance.now();
    const { changes, lastKey } = await host.badgeStore.standingsSince(event);
    expect(new Set(changes.map(({ badgeId }) => badgeId)).size).toBe(10_000);
    expect(performance.now() - began).toBeLessThan(3000);
    expect(lastKey).toBe(standingSort(at, 'B-9999'));
  });
});
