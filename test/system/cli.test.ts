import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ownEvent } from '../support/own-event.ts';
import { makeSchedule, scheduleXml } from '../support/schedule-fixture.ts';
import { aScan, sendScans, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const program = fileURLToPath(new URL('../../cli/turnout.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'turnout-cli-'));
const event = 'cli-conf';

let host: TestTurnout;
beforeAll(async () => {
  host = await startTestTurnout({ empty: true });
  const settings = { title: { en: 'CLI' }, timeZone: 'Europe/Brussels', languages: ['en'] };
  expect(await run('event', file('event.json', JSON.stringify(settings)))).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await host?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, content: string) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const begin = (args: readonly string[]) =>
  spawn(process.execPath, [program, ...args], {
    env: {
      PATH: process.env['PATH'],
      TURNOUT_EVENT: event,
      TURNOUT_URL: host.credentials.baseUrl,
      TURNOUT_TOKEN: host.credentials.organizerToken,
    },
  });

/** Until a stream has said this. */
const said = async (stream: Readable, text: string): Promise<void> => {
  let heard = '';
  for await (const [chunk] of on(stream, 'data')) {
    heard += String(chunk);
    if (heard.includes(text)) return;
  }
};

/** Runs a command as someone types it. */
const run = (...args: string[]) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = begin(args);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });

describe('an organizer imports a programme from the shell', () => {
  test('a large schedule.xml, and again: it says what changed', async () => {
    const xml = file('schedule.xml', scheduleXml(makeSchedule()));
    const foretold = await run('import', xml, '--dry-run');
    expect(foretold).toMatchObject({ code: 0, err: '' });
    expect(foretold.out).toContain('sessions: 1000 created, 0 updated, 0 unchanged');
    expect(foretold.out.match(/^\+ /gm)).toHaveLength(200);
    const first = await run('import', xml);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('sessions: 1000 created, 0 updated, 0 unchanged');
    expect((await run('import', xml)).out).toContain('sessions: 0 created, 0 updated, 1000 unchanged');
  });

  test('a file beyond what the API takes at once is made smaller first', async () => {
    const schedule = makeSchedule({ count: 4000, rooms: 200, seed: 9 });
    const xml = scheduleXml(schedule).replaceAll('<subtitle/>', `<subtitle>${'x'.repeat(900)}</subtitle>`);
    expect(xml.length).toBeGreaterThan(5_000_000);
    const { out, err, code } = await run('import', file('large.xml', xml));
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('sessions: 4000 created');
  });

  test('wrong rows are named and nothing is imported', async () => {
    const native = {
      sessions: [{ sessionId: 'A', title: { en: 'x' }, venueId: 'v', startsAt: 'x', endsAt: 'y' }],
    };
    const { code, err } = await run('import', file('wrong.json', JSON.stringify(native)));
    expect(code).toBe(1);
    expect(err).toMatch(/Nothing was imported/);
    expect(err).toMatch(/\/sessions\/0\/startsAt: must be an RFC 3339 time/);
  });

  test.each([
    ['no such file', join(folder, 'absent.xml'), /cannot be read/],
    ['no JSON', file('broken.json', '{"sessions": ['), /not JSON/],
    ['no schedule', file('rss.xml', '<rss/>'), /no schedule/],
  ])('%s gets one clear line', async (_name, path, message) => {
    const { code, err } = await run('import', path);
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('an organizer imports badges from the shell', () => {
  test('2,500 in several requests, with their codes for the printer', async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => `B-${index};delegate;sg;"Person, ${index}";`);
    const csv = file('badges.csv', `\ufeffBadge ID;Category;Country;Name;Code\r\n${rows.join('\r\n')}\r\n`);
    const codes = join(folder, 'codes.jsonl');
    const first = await run('badges', 'import', csv, '--codes', codes);
    expect(first.out).toContain('badges: 2500 created, 0 updated, 0 unchanged');
    expect(first.err).toContain('2,500 of 2,500 (100 %)');
    const lines = readFileSync(codes, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(2500);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      badgeId: 'B-0',
      code: expect.stringMatching(/^T1\.cli-conf\.B-0\./),
    });
    expect((await run('badges', 'import', csv)).out).toContain('0 created, 0 updated, 2500 unchanged');
    expect((await run('badges', 'find', 'person 24')).out).toContain('B-24\tdelegate\tSG\tPerson, 24');
  });

  test('a registration list, looked at before it is sent', async () => {
    const list = file(
      'list.csv',
      'Order #,Attendee #,First Name,Last Name,Ticket Type,Attendee Status,Company\n1,R-1,Jo,Registered,Gold,Attending,Acme\n2,R-2,Al,Roe,Gold,Refunded,\n',
    );
    const preview = await run('badges', 'import', list, '--preview');
    expect(preview.err).toMatch(
      /a list of Eventbrite: .*firstName from First Name.*Gold is delegate.*left out: 1 Refunded/s,
    );
    expect(JSON.parse(preview.out)).toMatchObject({ badgeId: 'R-1', name: 'Jo Registered', company: 'Acme' });
    expect((await run('badges', 'show', 'R-1')).code).toBe(1);
    const print = join(folder, 'new.pdf');
    const mapped = ['--category', 'Gold=vip', '--map', 'company=', '--print', print, '--layout', '62mm'];
    const sent = await run('badges', 'import', list, ...mapped);
    expect(sent.out).toContain('badges: 1 created');
    expect(sent.out).toContain('1 badges to print');
    expect(readFileSync(print, 'latin1')).toMatch(/^%PDF-/);
    expect((await run('badges', 'import', list, ...mapped)).out).toContain('0 badges to print');
    expect((await run('badges', 'print', 'R-1', '--out', print)).out).toContain('1 badges to print');
    const shown = await run('badges', 'show', 'R-1');
    expect(shown.out).toMatch(/category\tvip\n.*name\tJo Registered\n/s);
    expect(shown.out).not.toContain('Acme');
    expect((await run('badges', 'import', list, '--map', 'nickname=First Name')).err).toContain(
      'not nickname',
    );
  });

  test('one wrong row late in the file: nothing of it is sent', async () => {
    const rows = Array.from({ length: 2000 }, (_, index) => `N-${index},${index === 1990 ? 'king' : 'vip'}`);
    const { code, err } = await run(
      'badges',
      'import',
      file('wrong.csv', `badgeId,category\n${rows.join('\n')}\n`),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/category: line 1992: /);
    expect((await run('badges', 'show', 'N-0')).err).toMatch(/There is no badge N-0/);
  });

  test('a lost badge is revoked', async () => {
    const rows = [
      { badgeId: 'L-1', category: 'vip' },
      { badgeId: 'L-2', category: 'vip' },
    ];
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    expect((await run('badges', 'import', file('badges.jsonl', lines))).code).toBe(0);
    const { out } = await run('revoke', 'L-1', 'L-2', '--reason', 'lost');
    expect(out).toMatch(/L-1 revoked at .*\nL-2 revoked at /);
    expect((await run('badges', 'show', 'L-1')).out).toMatch(/revokedReason\tlost/);
  });
});

describe('an organizer hands out devices from the shell', () => {
  test('announced, listed, revoked', async () => {
    const made = await run('devices', 'create', 'Door 3', '--role', 'supervisor');
    const [deviceId = '', code = ''] = made.out.split('\t');
    expect(code).toMatch(/^[2-9A-Z]{5}-[2-9A-Z]{5}$/);
    expect((await run('devices', 'list')).out).toContain(`${deviceId}\tDoor 3\tsupervisor\tnot paired`);
    expect((await run('devices', 'revoke', deviceId)).out).toContain('revoked at');
    expect((await run('devices', 'list')).out).toContain(`${deviceId}\tDoor 3\tsupervisor\trevoked`);
  });

  test('for some sessions, as the list shows; a slip of the pen makes none for all of them', async () => {
    const table = (await run('attendance')).out.split('\n');
    const [, session = '', other = ''] = table.map((row) => row.split('\t')[0] ?? '');
    const made = await run('devices', 'create', 'Door 4', '--sessions', `${session},${other}`);
    expect(made.out).toContain(`\t${session},${other}\n`);
    const { code, err } = await run('devices', 'create', 'Door 5', '--session', session);
    expect(code).toBe(1);
    expect(err).toContain("unknown option '--session'\n(Did you mean --sessions?)");
    expect(await run('devices', 'create', 'Door 5', '--sessions', ',')).toMatchObject({ code: 1 });
    const { out } = await run('devices', 'list');
    expect(out).toContain(`\tDoor 4\tscanner\tnot paired\t${session},${other}\t`);
    expect(out).toContain('\tDoor 3\tsupervisor\trevoked\tall sessions\t');
    expect(out).not.toContain('Door 5');
  });
});

describe('an organizer follows the evening from the shell', () => {
  const name = 'cli-evening';
  const at = ['--event', name];
  let own: Awaited<ReturnType<typeof ownEvent>>;
  let door: string;
  let code: string;
  beforeAll(async () => {
    own = await ownEvent(host, name, [{ sessionId: 'main-forum', admission: { capacity: 500 } }]);
    door = (await own.pair('Door 1', 'supervisor')).token;
    [code = ''] = await own.issue([{ badgeId: 'B-1', category: 'delegate' }]);
  });

  test('counts appear while they change, then stand in the table; a scan is taken back', async () => {
    const token = await host.turnout.host.issueToken({ sub: 'shell', roles: ['organizer'], events: [name] });
    const watching = begin(['watch', ...at, '--token', token, '--sessions', 'main-forum']);
    await said(watching.stderr, 'live');
    const shown = said(watching.stdout, '\tmain-forum\t1\t1\t1\t0\t0');
    const scan = aScan(code, { sessionId: 'main-forum' });
    await sendScans({ ...host.credentials, event: name }, door, [scan]);
    await shown;
    watching.kill('SIGINT');
    expect(await once(watching, 'close')).toEqual([0, null]);

    const { out } = await run('attendance', ...at, '--token', token);
    expect(out).toContain('session\tinside\tattended\tentries\texits\trefused\tpeak\tcapacity');
    expect(out).toMatch(/^main-forum\t1\t1\t1\t0\t0\t\d\t500$/m);
    expect((await run('attendance', 'main-forum', ...at, '--token', token)).out).toMatch(/Z\t1\t0\t1$/m);

    const story = await run('badges', 'show', 'B-1', ...at, '--token', token);
    expect(story.out).toContain(`\t${scan.scanId}\n`);
    const wrong = await run('annul', 'B-1', crypto.randomUUID(), '--reason', 'x', ...at, '--token', door);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('has no scan') });
    const annulled = await run('annul', 'B-1', scan.scanId, '--reason', 'tried out', ...at, '--token', door);
    expect(annulled).toMatchObject({ code: 0, out: expect.stringContaining('annulled at main-forum') });
    const after = await run('badges', 'show', 'B-1', ...at, '--token', token);
    expect(after.out).toContain('\tannulled: tried out\t');
  });

  test('a token that is no good ends the watch', async () => {
    const { code: exit, err } = await run('watch', ...at, '--token', 'nonsense');
    expect(exit).toBe(1);
    expect(err).toMatch(/cannot be watched/);
  });
});

test('the usage names every command with its arguments', async () => {
  const { out } = await run('--help');
  for (const command of ['devices create <name>', 'badges import <file>', 'attendance [session]', 'watch'])
    expect(out).toContain(`  ${command} `);
});

describe('what goes wrong is said in one line', () => {
  test.each([
    ['a wrong token', ['devices', 'list', '--token', 'nonsense'], /token/i],
    ['no host there', ['devices', 'list', '--url', 'http://127.0.0.1:9'], /cannot be reached/],
    ['an unknown event', ['devices', 'create', 'x', '--event', 'nowhere'], /no event nowhere/],
    ['unknown sessions to watch', ['watch', '--sessions', 'nowhere,nope'], /no session nowhere, nope$/m],
    ['an unknown command', ['dance'], /unknown command 'dance'/],
    ['too many words', ['devices', 'list', 'all'], /too many arguments/],
    [
      'an unknown role',
      ['devices', 'create', 'x', '--role', 'guard'],
      /Allowed choices are scanner, supervisor/,
    ],
  ])('%s', async (_name, args, message) => {
    const { code, err } = await run(...args);
    expect(code).not.toBe(0);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('a reader that goes before the end, as head does, is told of no fault', async () => {
    const child = begin(['attendance']);
    child.stdout.destroy();
    const [err] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect({ err, code: child.exitCode }).toEqual({ err: expect.not.stringContaining('EPIPE'), code: 1 });
  });
});
