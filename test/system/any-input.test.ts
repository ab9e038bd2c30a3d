import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openApi } from '../../shared/contract/openapi.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { problemDetails } from '../../shared/contract/problem-details.ts';
import { operations } from '../../shared/contract/routes.ts';
import { described } from '../support/described.ts';
import { ownEvent } from '../support/own-event.ts';
import { oddValues, valuesOf } from '../support/schema-values.ts';
import { ask, type HttpResult, startTestTurnout, type TestTurnout } from '../support/turnout.ts';

const EVENT = 'any-2023';
const RUNS = 5;

const document = openApi(operations, '/');

interface Request {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** Requests of an operation: such as its description takes, or odd ones. */
const requestsOf = (operation: Operation, odd: boolean): fc.Arbitrary<Request> => {
  const { path } = operation;
  const found = described(document, operation);
  const some = (schema: unknown) =>
    odd ? oddValues(valuesOf(document, schema)) : valuesOf(document, schema);
  const given = found.parameters.map(({ name, in: place, required, schema }) =>
    fc.tuple(
      fc.constant({ name, place }),
      name === 'event' && !odd
        ? fc.constant(EVENT)
        : required
          ? some(schema)
          : fc.option(some(schema), { nil: undefined }),
    ),
  );
  const json = found.requestBody?.content['application/json'];
  return fc
    .tuple(fc.tuple(...given), json ? some(json.schema) : fc.constant(undefined))
    .map(([values, body]) => {
      const query = new URLSearchParams();
      const headers: Record<string, string> = {};
      let to = path.slice('/v1'.length);
      for (const [{ name, place }, value] of values) {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        if (text === undefined) continue;
        if (place === 'path') to = to.replace(`{${name}}`, encodeURIComponent(text) || '%20');
        else if (place === 'query') query.set(name, text);
        else headers[name] = `"${encodeURIComponent(text).slice(0, 50)}"`;
      }
      return { path: `${to}${query.size > 0 ? `?${query}` : ''}`, headers, body };
    });
};

describe('whatever is sent', () => {
  let system: TestTurnout;
  let tokens: Record<string, string>;

  beforeAll(async () => {
    system = await startTestTurnout({ empty: true });
    const own = await ownEvent(system, EVENT, [{ sessionId: 'opening' }]);
    const issue = (role: string) =>
      system.turnout.host.issueToken({ sub: 'any', roles: [role], events: [EVENT] });
    tokens = {
      organizer: await issue('organizer'),
      press: await issue('press'),
      viewer: await issue('viewer'),
      scanner: (await own.pair('Door')).token,
      supervisor: (await own.pair('Desk', 'supervisor')).token,
    };
  });
  afterAll(() => system?.stop());

  const send = async (
    { method, access }: Operation,
    { path, headers, body }: Request,
  ): Promise<HttpResult> => {
    const token = tokens[Array.isArray(access) ? (access[0] ?? '') : 'organizer'];
    return ask(system.credentials, method, path, {
      headers,
      ...(access !== 'public' && token !== undefined && { token }),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };

  describe.each(operations.map((operation): [string, Operation] => [operation.id, operation]))(
    '%s',
    (_, operation) => {
      test.each([
        ['what its description takes', false],
        ['odd things', true],
      ])('answers to %s', async (_what, odd) => {
        await fc.assert(
          fc.asyncProperty(requestsOf(operation, odd), async (request) => {
            const answer = await send(operation, request);
            if (answer.status < 400) return;
            expect(answer.status, answer.text).toBeLessThan(500);
            // API Gateway's own, as the document says.
            if (answer.status === 429 || answer.text === '{"message":"Forbidden"}') return;
            answer.json(problemDetails);
          }),
          { numRuns: RUNS, seed: 2023 },
        );
      });
    },
  );
});
