import { describe, expect, test } from 'vitest';
import { routeTable } from '../../local/http/route-table.ts';

// If this failed, a request would reach another function than on AWS.
const table = routeTable(
  [
    'GET /v1/events/{event}',
    'GET /v1/events/now',
    'ANY /v1/events/{event}/badges',
    'GET /v1/{proxy+}',
    'POST /v1/events/now',
    '$default',
  ].map((key) => [key, key] as const),
);

describe.each([
  ['GET', '/v1/events/now', 'GET /v1/events/now', {}],
  ['GET', '/v1/events/gdec-2023', 'GET /v1/events/{event}', { event: 'gdec-2023' }],
  ['GET', '/v1/events/a%2Fb', 'GET /v1/events/{event}', { event: 'a/b' }],
  ['DELETE', '/v1/events/x/badges', 'ANY /v1/events/{event}/badges', { event: 'x' }],
  ['GET', '/v1/events/now/badges', 'ANY /v1/events/{event}/badges', { event: 'now' }],
  ['GET', '/v1/events/x/other/deep', 'GET /v1/{proxy+}', { proxy: 'events/x/other/deep' }],
  ['POST', '/v1/events/x', '$default', {}],
  ['GET', '/v1/events/', 'GET /v1/{proxy+}', { proxy: 'events/' }],
  ['GET', '/', '$default', {}],
  ['GET', '/v1/%E0%A4%A', 'GET /v1/{proxy+}', { proxy: '%E0%A4%A' }],
])('%s %s', (method, path, route, pathParameters) => {
  test(`reaches ${route}`, () => {
    expect(table.match(method, path)).toEqual({ route, pathParameters });
  });
});

test('nothing matches where there is no default', () => {
  expect(routeTable([['GET /a', 1]]).match('GET', '/b')).toBeUndefined();
});
