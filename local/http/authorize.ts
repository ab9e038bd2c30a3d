import * as z from 'zod';
import { localArn } from '../assembly/intrinsics.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { commonEvent, contextOfRequest, type HttpRequest } from './http-event.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
export interface AuthorizerSettings {
  readonly authorizer: LocalFunction;
  /** `$request.header.<name>` */
  readonly identitySource: string;
  readonly ttlSeconds: number;
}

export type Verdict =
  | { readonly kind: 'allowed'; readonly context: Readonly<Record<string, unknown>> }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'forbidden' };

const simpleAnswer = z.object({
  isAuthorized: z.boolean(),
  context: z.record(z.string(), z.unknown()).nullish(),
});

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
}: AuthorizerSettings): Authorizer => {
  const header = identitySource.replace('$request.header.', '').toLowerCase();
  /** By identity: the route is no part of the key unless it is named as a source. */
  const cache = new Map<string, { readonly verdict: Promise<Verdict>; readonly until: number }>();

  const ask = async (
    request: HttpRequest,
    routeKey: string,
    pathParameters: Readonly<Record<string, string>>,
    identity: string,
  ): Promise<Verdict> => {
    const { isAuthorized, context } = simpleAnswer.parse(
      await fn.invoke({
        ...commonEvent(request, routeKey, pathParameters),
        type: 'REQUEST',
        routeArn: localArn('execute-api', `local/$default/${request.method}${request.rawPath}`),
        identitySource: [identity],
        requestContext: contextOfRequest(request, routeKey),
      }),
    );
    return isAuthorized ? { kind: 'allowed', context: context ?? {} } : { kind: 'forbidden' };
  };

  return {
    decide: (request, routeKey, pathParameters) => {
      const identity = request.headers[header];
      if (!identity) return Promise.resolve({ kind: 'unauthorized' });
      const known = cache.get(identity);
      if (known && known.until > request.timeEpoch) return known.verdict;
      if (cache.size >= CACHE_ENTRIES) cache.clear();
      const verdict = ask(request, routeKey, pathParameters, identity);
      cache.set(identity, { verdict, until: request.timeEpoch + ttlSeconds * 1000 });
      verdict.catch(() => cache.delete(identity));
      return verdict;
    },
  };
};
