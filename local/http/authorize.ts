import * as z from 'zod';
import { localArn } from '../assembly/intrinsics.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { commonEvent, contextOfRequest, type HttpRequest } from './http-event.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
export interface AuthorizerSettings {
  readonly authorizer: LocalFunction;
  readonly identitySource: readonly string[];
  readonly ttlSeconds: number;
  readonly simple: boolean;
}

export type Verdict =
  | { readonly kind: 'allowed'; readonly context: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' };

const simpleAnswer = z.object({
  isAuthorized: z.boolean(),
  context: z.record(z.string(), z.unknown()).nullish(),
});
const policyAnswer = z.object({
  policyDocument: z.object({ Statement: z.array(z.object({ Effect: z.string() })) }),
  context: z.record(z.string(), z.unknown()).nullish(),
});

const sourceValue = (expression: string, request: HttpRequest, routeKey: string): string | undefined => {
  const [, place, name = ''] = /^\$request\.(header|querystring)\.(.+)$/.exec(expression) ?? [];
  if (place === 'header') return request.headers[name.toLowerCase()];
  if (place === 'querystring') return request.query?.[name];
  return expression === '$context.routeKey' ? routeKey : undefined;
};

const verdictOf = (answer: unknown, simple: boolean): Verdict => {
  if (simple) {
    const { isAuthorized, context } = simpleAnswer.parse(answer);
    return isAuthorized ? { kind: 'allowed', context: context ?? {} } : { kind: 'forbidden' };
  }
  const { policyDocument, context } = policyAnswer.parse(answer);
  const allowed = policyDocument.Statement.every(({ Effect }) => Effect === 'Allow');
  return allowed ? { kind: 'allowed', context: context ?? {} } : { kind: 'forbidden' };
};

const CACHE_ENTRIES = 10_000;

export interface Authorizer {
  /** @throws {FunctionError} when the authorizer fails: the gateway answers 500 */
  decide(
    request: HttpRequest,
    routeKey: string,
    pathParameters: Readonly<Record<string, string>>,
  ): Promise<Verdict>;
}

export const authorizer = ({
  authorizer: fn,
  identitySource,
  ttlSeconds,
  simple,
}: AuthorizerSettings): Authorizer => {
  /** By the values of the identity sources: the route is no part of the key unless it is named as a source. */
  const cache = new Map<string, { readonly verdict: Promise<Verdict>; readonly until: number }>();

  const ask = async (
    request: HttpRequest,
    routeKey: string,
    pathParameters: Readonly<Record<string, string>>,
    values: readonly string[],
  ): Promise<Verdict> => {
    const method = routeKey === '$default' ? '$default' : `${request.method}${request.rawPath}`;
    try {
      const answer = await fn.invoke({
        ...commonEvent(request, routeKey, pathParameters),
        type: 'REQUEST',
        routeArn: localArn('execute-api', `local/$default/${method}`),
        identitySource: values,
        requestContext: contextOfRequest(request, routeKey),
      });
      return verdictOf(answer, simple);
    } catch (error) {
      // The one error that an authorizer throws on purpose.
      if (error instanceof Error && error.message.endsWith(': Unauthorized')) return { kind: 'unauthorized' };
      throw error;
    }
  };

  return {
    decide: (request, routeKey, pathParameters) => {
      const values: string[] = [];
      for (const expression of identitySource) {
        const value = sourceValue(expression, request, routeKey);
        if (!value) return Promise.resolve({ kind: 'unauthorized' });
        values.push(value);
      }
      if (ttlSeconds === 0 || values.length === 0) return ask(request, routeKey, pathParameters, values);
      const key = values.join('\n');
      const now = request.timeEpoch;
      const known = cache.get(key);
      if (known && known.until > now) return known.verdict;
      if (cache.size >= CACHE_ENTRIES) cache.clear();
      const verdict = ask(request, routeKey, pathParameters, values);
      cache.set(key, { verdict, until: now + ttlSeconds * 1000 });
      verdict.catch(() => cache.delete(key));
      return verdict;
    },
  };
};
