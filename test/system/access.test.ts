import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { openApi } from '../../shared/contract/openapi.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { problemDetails } from '../../shared/contract/problem-details.ts';
import { operations } from '../../shared/contract/routes.ts';
import { described } from '../support/described.ts';
import { ownEvent } from '../support/own-event.ts';
import { valuesOf } from '../support/schema-values.ts';
import { aScan, ask, present, sendScans, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

let system: TestTurnout;
beforeAll(async () => {
  system = await startTestTurnout({ empty: true });
});
afterAll(() => system.stop());

const pathOf = (template: string) => template.replace('/v1', '').replaceAll(/\{(\w+)\}/g, 'gdec-2023');
const protectedRoutes = operations.filter(({ access }) => Array.isArray(access));

describe('a route that is not public', () => {
  it.each(protectedRoutes.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s answers 401 without a token and 403 to a wrong role',
    async (_, { method, path, access }) => {
      const { credentials, turnout } = system;
      const body = method === 'GET' ? {} : { body: {} };
      const without = await ask(credentials, method, pathOf(path), body);
      expect([without.status, without.json(z.unknown())]).toEqual([401, { message: 'Unauthorized' }]);

      const outsider = await turnout.host.issueToken({ sub: 'outsider', roles: ['cook'] });
      const wrong = await ask(credentials, method, pathOf(path), { token: outsider, ...body });
      expect([wrong.status, wrong.json(problemDetails).type.split('/').at(-1)]).toEqual([403, 'forbidden']);

      const role = Array.isArray(access)
        ? access.find((each) => each !== 'scanner' && each !== 'supervisor')
        : undefined;
      if (role === undefined || !path.includes('{event}')) return;
      const elsewhere = await turnout.host.issueToken({
        sub: 'elsewhere',
        roles: [role],
        events: ['another-event'],
      });
      const foreign = await ask(credentials, method, pathOf(path), { token: elsewhere, ...body });
      expect(foreign.status).toBe(403);
    },
  );

  it('tells the owner of an expired token so; what was never a token of ours ends at the gateway', async () => {
    const { credentials, turnout } = system;
    const read = (token: string, path = '/events/gdec-2023/attendance') =>
      ask(credentials, 'GET', path, { token });
    const expired = await turnout.host.issueToken({ sub: 'late', roles: ['organizer'], expiresIn: -60 });
    const late = await read(expired);
    expect([late.status, late.json(problemDetails).type.split('/').at(-1)]).toEqual([401, 'unauthorized']);

    const tampered = `${credentials.organizerToken.slice(0, -8)}AAAAAAAA`;
    for (const token of [tampered, 'garbage', `gdec-2023.d-1.${'A'.repeat(43)}`]) {
      for (const path of ['/events/gdec-2023/attendance', '/events/gdec-2023/scanner']) {
        const answer = await read(token, path);
        expect([answer.status, JSON.parse(answer.text)]).toEqual([403, { message: 'Forbidden' }]);
      }
    }
  });
});

const PARAMETERS: Readonly<Record<string, string>> = {
  session: 'opening',
  badge: 'B-1',
  announcement: 'a1',
  device: 'd-1',
  preview: '0'.repeat(32),
  delivery: 'all',
};

/** What people and the public may ask of an event, but for making it. */
const ofAnEvent = operations.filter(
  ({ id, path, access }) =>
    id !== 'putEvent' &&
    path.includes('{event}') &&
    (typeof access === 'string' || access.some((role) => role === 'organizer')),
);

const document = openApi(operations, '/');

/** A body that the operation takes. */
const bodyOf = (operation: Operation): unknown => {
  const json = described(document, operation).requestBody?.content['application/json'];
  if (operation.example !== undefined || !json) return operation.example;
  return fc.sample(valuesOf(document, json.schema), { numRuns: 1, seed: 2023 })[0];
};

const askOf = (event: string, operation: Operation) => {
  const { id, path, method } = operation;
  const asked = path
    .replace(/^\/v1/, '')
    .replace(/\{(\w+)\}/g, (_match, name) => (name === 'event' ? event : (PARAMETERS[name] ?? name)));
  const query = id === 'findBadges' ? '?search=abc' : id === 'deleteEvent' ? `?confirm=${event}` : '';
  const body = id === 'closeEvent' ? { confirm: event } : bodyOf(operation);
  return ask(system.credentials, method, `${asked}${query}`, {
    token: system.credentials.organizerToken,
    headers: { 'if-match': '"1"' },
    ...(body !== undefined && { body }),
  });
};

describe('an event that does not exist', () => {
  it.each(ofAnEvent.map((operation): [string, Operation] => [operation.id, operation]))(
    '%s finds nothing',
    async (_id, operation) => {
      const answer = await askOf('nobody-knows-it', operation);
      expect(answer.status, answer.text).toBe(404);
    },
  );

  it('is what one becomes that is deleted, at once and for every reader', async () => {
    const own = await ownEvent(system, 'deleted', [{ sessionId: 'opening' }]);
    await own.issue([{ badgeId: 'B-1', category: 'delegate', name: 'abc' }]);
    await own.pair('Door');
    await own.organizer('DELETE', '?confirm=deleted');
    const found: string[] = [];
    for (const operation of ofAnEvent.filter(({ id }) => id !== 'deleteEvent')) {
      const { status, text } = await askOf('deleted', operation);
      if (status !== 404) found.push(`${operation.id}: ${text}`);
    }
    expect(found).toEqual([]);
  });
});

describe('what others keep', () => {
  it('begins with the address of the host', async () => {
    const { credentials } = system;
    await ownEvent(system, 'kept', [{ sessionId: 'opening' }]);
    const problem = await ask(credentials, 'GET', '/events/nobody-knows-it');
    expect(problem.json(problemDetails).type).toBe(`${credentials.baseUrl}/problems/not-found`);
    const atom = await ask(credentials, 'GET', '/events/kept/announcements/feed.atom');
    expect(atom.text).toContain(`<id>${credentials.baseUrl}/v1/events/kept/announcements</id>`);
  });
});

/** Every list that is answered in pages, as its reader asks for it. */
const lists = [
  ['GET /v1/events/{event}/badges', '/badges', 'organizer'],
  ['GET /v1/events/{event}/badges', '/badges?search=sam', 'organizer'],
  ['GET /v1/events/{event}/devices', '/devices', 'organizer'],
  ['GET /v1/events/{event}/scanner/codes', '/scanner/codes', 'device'],
  ['GET /v1/events/{event}/announcements', '/announcements', 'organizer'],
  ['GET /v1/events/{event}/announcements', '/announcements', 'nobody'],
  ['GET /v1/events/{event}/sessions/{session}/attendees', '/sessions/lab/attendees', 'organizer'],
] as const;

const pages = async (event: string) => {
  const own = await ownEvent(system, event, [{ sessionId: 'lab' }]);
  const badges = ['1', '2', '3'].map((n) => ({
    badgeId: `B-${n}`,
    category: 'delegate' as const,
    name: `Sam ${n}`,
    code: `code ${n}`,
  }));
  await own.issue(badges);
  const [device] = [await own.pair('Door 1'), await own.pair('Door 2')];
  await sendScans({ ...system.credentials, event }, device.token, [
    aScan('code 1', { sessionId: 'lab' }),
    aScan('code 2', { sessionId: 'lab' }),
  ]);
  const tokens = {
    organizer: await system.turnout.host.issueToken({ sub: 'own', roles: ['organizer'], events: [event] }),
    device: device.token,
    nobody: undefined,
  };
  for (const text of ['One', 'Two']) {
    const draft = await own.organizer('POST', '/announcements', {
      kind: 'notice',
      content: { en: { title: text, body: text } },
    });
    const { announcementId } = draft.json(z.object({ announcementId: z.string() }));
    const published = await ask(
      system.credentials,
      'POST',
      `/events/${event}/announcements/${announcementId}/publish`,
      { token: tokens.organizer, headers: { 'if-match': present(draft.headers.get('etag')) } },
    );
    expect(published.status, published.text).toBe(200);
  }
  return lists.map(([, path, reader]) => ({
    name: `${event}${path} by ${reader}`,
    page: (cursor?: string) => {
      const query = new URLSearchParams({ limit: '1', ...(cursor && { cursor }) });
      const token = tokens[reader];
      return ask(
        system.credentials,
        'GET',
        `/events/${event}${path}${path.includes('?') ? '&' : '?'}${query}`,
        token === undefined ? {} : { token },
      );
    },
  }));
};

describe('pairing', () => {
  /** Sends a code from an address of this machine. */
  const pairFrom = (localAddress: string, pairingCode: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const url = `${system.credentials.baseUrl}/v1/devices/pair`;
      const headers = { 'content-type': 'application/json' };
      const sent = request(url, { method: 'POST', localAddress, headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode));
      });
      sent.on('error', reject).end(JSON.stringify({ pairingCode }));
    });

  it('goes on for everybody else while one source floods it with wrong codes', async () => {
    const own = await ownEvent(system, 'flooded', [{ sessionId: 'lab' }]);
    const { pairingCode } = await own.announce('Door', 'scanner');
    const flood = Array.from({ length: 500 }, () => pairFrom('127.0.0.2', 'AAAAA-AAAAA'));
    expect(await pairFrom('127.0.0.3', pairingCode)).toBe(201);
    const answers = await Promise.all(flood);
    expect([...new Set(answers)].toSorted()).toEqual([404, 429]);
    expect(answers.filter((status) => status === 404).length).toBeLessThanOrEqual(40);
  });
});

describe('a cursor', () => {
  const paged = operations.filter(({ query }) => query instanceof z.ZodMiniObject && 'cursor' in query.shape);

  it('is known here of every list that the contract pages', () => {
    expect([...new Set(lists.map(([key]) => key))].toSorted()).toEqual(
      paged
        .map(({ method, path }) => `${method} ${path}`)
        .filter((key) => key !== 'GET /announcements/{event}')
        .toSorted(),
    );
  });

  it('is good for the list and the event that it is of, and refused by name everywhere else', async () => {
    const readers = [...(await pages('cursors-a')), ...(await pages('cursors-b'))];
    const found = await Promise.all(
      readers.map(async ({ name, page }) => {
        const first = await page();
        expect(first.status, first.text).toBe(200);
        const { nextCursor } = first.json(z.object({ nextCursor: z.optional(z.string()) }));
        return { name, page, cursor: present(nextCursor) };
      }),
    );
    const invented = Buffer.from('"B-1"').toString('base64url');
    for (const { name, page, cursor } of found) {
      expect((await page(cursor)).status, name).toBe(200);
      const others = found.filter((other) => other.name !== name).map((other) => other.cursor);
      for (const wrong of [...others, invented, `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`]) {
        const answer = await page(wrong);
        expect(answer.status, `${name} with ${wrong}: ${answer.text}`).toBe(400);
        expect([answer.status, answer.json(problemDetails).errors?.[0]?.pointer], name).toEqual([
          400,
          '/cursor',
        ]);
      }
    }
  });
});
