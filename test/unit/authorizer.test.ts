import { createServer } from 'node:http';
import fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { authorize } from '../../shared/runtime/authorize.ts';
import { deviceTokens } from '../../shared/runtime/device-tokens.ts';
import { principalFromContext } from '../../shared/runtime/principal.ts';
import { peopleVerifier, tokenVerifier } from '../../shared/runtime/tokens.ts';
import type { DeviceStore } from '../../shared/store/devices.ts';

const noDevices: Pick<DeviceStore, 'get'> = { get: async () => undefined };
const SECRET = 'a secret of the tests';
const sealingSecret = async () => SECRET;

const AUDIENCE = 'turnout';
let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let others: typeof keys;
let status = 200;
let url = '';
const server = createServer(async (_request, response) => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
});

beforeAll(async () => {
  [keys, others] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
});
afterAll(() => {
  server.close();
});

const aToken = ({
  claims = {},
  issuer = url,
  audience = AUDIENCE,
  expires = '1h',
  key = keys.privateKey,
  kid = 'k1',
}: {
  claims?: Record<string, unknown>;
  issuer?: string;
  audience?: string | undefined;
  expires?: string;
  key?: typeof keys.privateKey;
  kid?: string;
} = {}) => {
  const jwt = new SignJWT({ roles: ['organizer'], events: ['*'], ...claims })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setSubject('ada')
    .setIssuer(issuer)
    .setExpirationTime(expires);
  return (claims['client_id'] ? jwt : jwt.setAudience(audience)).sign(key);
};

const ask = async (authorization: string | undefined) => {
  const verify = tokenVerifier(noDevices, sealingSecret, { ISSUER: url, JWKS_URL: `${url}/jwks`, AUDIENCE });
  const answer = await authorize(verify)(
    z
      .custom<Parameters<ReturnType<typeof authorize>>[0]>()
      .parse({ headers: authorization === undefined ? {} : { authorization } }),
  );
  for (const value of Object.values(answer.context)) expect(typeof value).toBe('string');
  const principal = principalFromContext(answer.context);
  return { ...principal, endsAtGateway: !answer.isAuthorized };
};
const user = (more: object) => ({
  kind: 'user',
  subject: 'ada',
  roles: ['organizer'],
  events: null,
  endsAtGateway: false,
  ...more,
});

describe('an organizer signs in', () => {
  test.each([
    ['roles as a list', { roles: ['organizer', 'viewer'] }, { roles: ['organizer', 'viewer'] }],
    ['roles as API Gateway writes lists', { roles: '[viewer press]' }, { roles: ['viewer', 'press'] }],
    ['roles as words', { roles: 'viewer press' }, { roles: ['viewer', 'press'] }],
    ['no roles', { roles: undefined }, { roles: [] }],
    ['roles that are not for people', { roles: ['scanner', 'root', 'viewer'] }, { roles: ['viewer'] }],
    ['some events only', { events: ['gdec-2023', 'other'] }, { events: ['gdec-2023', 'other'] }],
    ['no claim of events, for none', { events: undefined }, { events: [] }],
    ['a client instead of an audience', { client_id: AUDIENCE }, {}],
  ])('with %s', async (_name, claims, expected) => {
    expect(await ask(`Bearer ${await aToken({ claims })}`)).toEqual(user(expected));
  });

  test.each([
    ['of another issuer', async () => aToken({ issuer: 'https://evil.example' }), /not valid/],
    ['for another application', async () => aToken({ audience: 'other' }), /another application/],
    ['signed by another key', async () => aToken({ key: others.privateKey }), /not valid/],
    ['signed by an unknown key', async () => aToken({ kid: 'k9' }), /not valid/],
    ['without a signature', async () => `${(await aToken()).split('.').slice(0, 2).join('.')}.`, /not valid/],
    [
      'that says alg none',
      async () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
      /not valid/,
    ],
    ['that is no token', async () => 'hello', /not known|not valid/],
  ])('not with one that is %s, and is told why', async (_name, make, reason) => {
    const principal = await ask(`Bearer ${await make()}`);
    expect(principal).toMatchObject({
      kind: 'anonymous',
      reason: expect.stringMatching(reason),
      endsAtGateway: true,
    });
  });

  test('not with one that is expired, and is told so by the function', async () => {
    expect(await ask(`Bearer ${await aToken({ expires: '-1m' })}`)).toMatchObject({
      kind: 'anonymous',
      reason: expect.stringMatching(/expired/),
      endsAtGateway: false,
    });
  });

  test('without a token the answer says how to send one', async () => {
    for (const header of [undefined, '', 'Bearer', 'Basic YTpi', 'Bearer a b']) {
      expect(await ask(header)).toMatchObject({
        kind: 'anonymous',
        reason: expect.stringMatching(/Send a token/),
      });
    }
  });

  test('while the issuer cannot be reached nobody is called an impostor', async () => {
    const token = await aToken();
    status = 500;
    await expect(ask(`Bearer ${token}`)).rejects.toThrow();
    status = 200;
    expect(await ask(`Bearer ${token}`)).toEqual(user({}));
  });
});

test('what looks like a device token costs a read only if we made it', async () => {
  const reads: string[] = [];
  const devices: typeof noDevices = {
    get: async (event, deviceId) => {
      reads.push(`${event} ${deviceId}`);
      return undefined;
    },
  };
  const verify = tokenVerifier(devices, sealingSecret, { ISSUER: url, JWKS_URL: `${url}/jwks`, AUDIENCE });
  const genuine = deviceTokens(SECRET).make('gdec-2023', 'd-1');
  const refused = { kind: 'anonymous', forged: true };
  expect(await verify(`Bearer ${genuine}`)).toMatchObject(refused);
  expect(reads).toEqual(['gdec-2023 d-1']);

  const letter = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
  const secretPart = fc.array(letter, { minLength: 43, maxLength: 43 }).map((letters) => letters.join(''));
  const changed = fc
    .tuple(fc.nat(genuine.length - 1), letter)
    .map(([at, other]) => `${genuine.slice(0, at)}${other}${genuine.slice(at + 1)}`);
  const forgery = fc.oneof(
    secretPart.map((secret) => `gdec-2023.d-1.${secret}`),
    changed,
    fc.constantFrom(
      deviceTokens('another secret').make('gdec-2023', 'd-1'),
      genuine.replace('d-1', 'd-2'),
      genuine.replace('gdec-2023', 'gdec-2024'),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      forgery.filter((token) => token !== genuine),
      async (token) => {
        expect(await verify(`Bearer ${token}`)).toMatchObject(refused);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(reads).toEqual(['gdec-2023 d-1']);
});

test('where only people have business, a device is told so and people are let in', async () => {
  const verify = peopleVerifier({ ISSUER: url, JWKS_URL: `${url}/jwks`, AUDIENCE });
  expect(await verify(`Bearer gdec-2023.d-1.${'A'.repeat(43)}`)).toEqual({
    kind: 'anonymous',
    reason: 'This is for people: sign in',
    forged: true,
  });
  expect(await verify(`Bearer ${await aToken()}`)).toMatchObject({ kind: 'user', subject: 'ada' });
});
