import { openApi } from '../../shared/contract/openapi.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { Problem } from '../../shared/contract/problem.ts';
import { deployedOperations, operations } from '../../shared/contract/routes.ts';
import type { Answer, HttpEvent } from '../../shared/runtime/http.ts';

const READY_CACHE_SECONDS = 300;

/** Whether a path of the contract, with `{names}` for its variable parts, is this one. */
const matches = (template: string, path: string): boolean => {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]))
  );
};

/** What no route answers: a path that exists with another method, or nothing at all. */
export const unmatched =
  (all: readonly Pick<Operation, 'method' | 'path'>[] = deployedOperations) =>
  async ({ rawPath, requestContext }: HttpEvent): Promise<Answer> => {
    const allowed = all.filter(({ path }) => matches(path, rawPath)).map(({ method }) => method);
    if (allowed.length === 0) {
      throw new Problem(
        'not-found',
        `There is nothing at ${rawPath}. See /v1/openapi.json for what there is`,
      );
    }
    if (allowed.some((method) => method === requestContext.http.method)) {
      throw new Problem('validation', `${rawPath} is not valid: it has a % that begins no character`);
    }
    const allow = [...new Set(allowed)].join(', ');
    throw new Problem(
      'method-not-allowed',
      `${requestContext.http.method} is not for ${rawPath}; use ${allow}`,
      {
        headers: { allow },
      },
    );
  };

/** Answers 503 while the store cannot be read, so that a load balancer or a person can tell. */
export const health =
  ({ readStore, clock }: { readStore: () => Promise<unknown>; clock: () => number }) =>
  async (): Promise<Answer> => {
    const time = new Date(clock()).toISOString();
    try {
      await readStore();
      return { status: 200, body: { status: 'ok', time } };
    } catch {
      return { status: 503, body: { status: 'failing', time }, headers: { 'retry-after': '5' } };
    }
  };

export const document = async (serverUrl: string): Promise<Answer> => ({
  status: 200,
  text: documentOf(serverUrl),
  headers: { 'content-type': 'application/json', 'cache-control': `public, max-age=${READY_CACHE_SECONDS}` },
});

let made: { serverUrl: string; text: string } | undefined;

const documentOf = (serverUrl: string): string => {
  if (made?.serverUrl !== serverUrl)
    made = { serverUrl, text: JSON.stringify(openApi(operations, serverUrl)) };
  return made.text;
};
