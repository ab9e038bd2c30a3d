import { describe, expect, test } from 'vitest';
import { routeMatcher } from '../../local/http/routes.ts';

// If this failed, a request would reach another function than on AWS.
const match = routeMatcher(
  [
    'GET /v1/events/{event}',
    'GET /v1/events/now',
    'DELETE /v1/events/{event}/badges',
    'GET /v1/events/{event}/badges',
    'GET /v1/events/{event}/badges.csv',
    'POST /v1/events/now',
    '$default',
  ].map((key) => [key, key] as const),
);

describe.each([
  ['GET', '/v1/events/now', 'GET /v1/events/now', {}],
  ['GET', '/v1/events/gdec-2023', 'GET /v1/events/{event}', { event: 'gdec-2023' }],
  ['GET', '/v1/events/a%2Fb', 'GET /v1/events/{event}', { event: 'a/b' }],
  ['DELETE', '/v1/events/x/badges', 'DELETE /v1/events/{event}/badges', { event: 'x' }],
  ['GET', '/v1/events/now/badges', 'GET /v1/events/{event}/badges', { event: 'now' }],
  ['GET', '/v1/events/x/badges.csv', 'GET /v1/events/{event}/badges.csv', { event: 'x' }],
  ['GET', '/v1/events/x/other/deep', '$default', {}],
  ['POST', '/v1/events/x', '$default', {}],
  ['HEAD', '/v1/events/now', '$default', {}],
  ['GET', '/v1/Events/now', '$default', {}],
  ['GET', '/v1/events/now/', '$default', {}],
  ['GET', '/v1/events/', '$default', {}],
  ['GET', '/v1/events//badges', '$default', {}],
  ['GET', '/', '$default', {}],
  ['GET', '/v1/events/%E0%A4%A', '$default', {}],
  ['GET', `/v1/events/${'x'.repeat(5_000)}`, 'GET /v1/events/{event}', { event: 'x'.repeat(5_000) }],
])('%s %s', (method, path, route, pathParameters) => {
  test(`reaches ${route}`, () => {
    expect(match(method, path)).toEqual({ route, pathParameters });
  });
});

test('nothing matches where there is no default', () => {
  expect(routeMatcher([['GET /a', 1]])('GET', '/b')).toBeUndefined();
});

test('a route that is matched otherwise on AWS is refused by name', () => {
  for (const key of ['ANY /a', 'GET /{proxy+}', 'GET /a/{b}.csv']) {
    expect(() => routeMatcher([[key, 1]])).toThrow(`the route ${key} is not understood here`);
  }
});
