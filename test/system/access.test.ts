import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { problemDetails } from '../../shared/contract/problem.ts';
import { operations } from '../../shared/contract/routes.ts';
import { ask, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

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
  event: 'nobody-knows-it',
  session: 'opening',
  badge: 'B-1',
};

/** Reads of an event by people and by the public. */
const reads = operations.filter(
  ({ method, path, access }) =>
    method === 'GET' &&
    path.includes('{event}') &&
    (typeof access === 'string' || access.some((role) => role === 'organizer')),
);

describe('an event that does not exist', () => {
  it.each(reads.map(({ id, path }) => [id, path] as const))('%s is not an empty list', async (_id, path) => {
    const asked = path.replace(/^\/v1/, '').replace(/\{(\w+)\}/g, (_match, name) => PARAMETERS[name] ?? 'a1');
    const query = /\/badges$/.test(asked) ? '?search=abc' : '';
    const answer = await ask(system.credentials, 'GET', `${asked}${query}`, {
      token: system.credentials.organizerToken,
    });
    expect(answer.status, `${asked}: ${answer.text}`).toBe(404);
  });
});
