import { request } from 'node:http';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { problemDetails } from '../../shared/contract/problem-details.ts';
import { aScan, ask, present, sendScans, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const SESSION = 'forum-data-elements';
const PEOPLE = 25;
let system: TestTurnout;

const page = z.object({
  items: z.array(
    z.object({
      badgeId: z.string(),
      category: z.string(),
      country: z.string().nullable(),
      inside: z.boolean(),
      entries: z.int(),
      exits: z.int(),
      firstEntryAt: z.string().nullable(),
      lastScanAt: z.string().nullable(),
      minutesInside: z.number(),
    }),
  ),
  nextCursor: z.string().optional(),
});
const rows = z.array(z.record(z.string(), z.string()));
const read = (csv: string) => rows.parse(parse(csv, { columns: true, record_delimiter: '\r\n' }));
const get = (path: string, token = system.credentials.viewerToken) =>
  ask(system.credentials, 'GET', `/events/${system.credentials.event}${path}`, { token });

beforeAll(async () => {
  system = await startTestTurnout();
  const door = present(system.credentials.devices[0]).token;
  const scans = system.badges.slice(0, PEOPLE).map(({ code }) => aScan(code, { sessionId: SESSION }));
  const results = await sendScans(system.credentials, door, scans);
  expect(results.every(({ outcome }) => outcome === 'admitted')).toBe(true);
  await sendScans(system.credentials, door, [
    aScan(present(system.badges[0]).code, { sessionId: SESSION, direction: 'exit' }),
    // Unknown here: refused, so no attendee.
    aScan('nobody-has-this', { sessionId: SESSION }),
  ]);
  await system.turnout.host.drained();
});
afterAll(() => system?.stop());

describe('an organizer who takes the list away', () => {
  it('gets everyone who attended as a CSV file, at the venue’s time', async () => {
    const answer = await get(`/sessions/${SESSION}/attendees.csv`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toContain(`gdec-2023-${SESSION}-attendees.csv`);
    const list = read(answer.text);
    expect(list.map(({ badgeId }) => badgeId).toSorted()).toEqual(
      system.badges
        .slice(0, PEOPLE)
        .map(({ badgeId }) => badgeId)
        .toSorted(),
    );
    const [first] = system.badges;
    const row = list.find(({ badgeId }) => badgeId === first?.badgeId);
    expect(row).toMatchObject({
      category: first?.category,
      country: first?.country,
      inside: 'false',
      entries: '1',
      exits: '1',
      firstEntryAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+08:00$/),
    });
    expect(Math.abs(Date.now() - Date.parse(present(row?.['lastScanAt'])))).toBeLessThan(120_000);
  });

  it('gets the same page by page as JSON', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const query = `?limit=7${cursor ? `&cursor=${cursor}` : ''}`;
      const answer = (await get(`/sessions/${SESSION}/attendees${query}`)).json(page);
      expect(answer.items.length).toBeLessThanOrEqual(7);
      seen.push(...answer.items.map(({ badgeId }) => badgeId));
      cursor = answer.nextCursor;
      pages += 1;
    } while (cursor);
    expect(pages).toBeGreaterThan(3);
    expect(new Set(seen).size).toBe(PEOPLE);
    expect(seen).toHaveLength(PEOPLE);
    const wrong = await get(`/sessions/${SESSION}/attendees?cursor=made-up`);
    expect(wrong.status).toBe(400);
    expect(wrong.json(problemDetails).errors?.[0]?.pointer).toBe('/cursor');
  });

  it('gets the counts of every session as a CSV file', async () => {
    const list = read((await get('/attendance.csv')).text);
    expect(list.length).toBeGreaterThan(50);
    expect(list.find(({ sessionId }) => sessionId === SESSION)).toMatchObject({
      inside: String(PEOPLE - 1),
      attended: String(PEOPLE),
      entries: String(PEOPLE),
      exits: '1',
      startsAt: expect.stringMatching(/\+08:00$/),
    });
  });

  it('may be a client that takes no compression', async () => {
    const { baseUrl, event, viewerToken } = system.credentials;
    const url = `${baseUrl}/v1/events/${event}/sessions/${SESSION}/attendees.csv`;
    const plain = await new Promise<{ encoding: string | undefined; text: string }>((resolve, reject) => {
      request(url, { headers: { authorization: `Bearer ${viewerToken}` } }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => {
          text += chunk;
        });
        incoming.on('end', () => resolve({ encoding: incoming.headers['content-encoding'], text }));
      })
        .on('error', reject)
        .end();
    });
    expect(plain.encoding).toBeUndefined();
    expect(read(plain.text)).toHaveLength(PEOPLE);
  });

  it('must be one: neither the press nor a door may', async () => {
    const paths = [`/sessions/${SESSION}/attendees.csv`, `/sessions/${SESSION}/attendees`, '/attendance.csv'];
    for (const path of paths) {
      expect((await get(path, system.credentials.pressToken)).status).toBe(403);
      expect((await get(path, present(system.credentials.devices[0]).token)).status).toBe(403);
    }
    expect((await get('/sessions/no-such-session/attendees.csv')).status).toBe(404);
  });
});
