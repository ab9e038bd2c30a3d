import { ApiProblem, ApiUnreachable } from './api-errors.ts';
import type { ApiAnswer, ApiBody, ApiRoute, CallArguments, RawBody } from './api-types.ts';

export { ApiProblem, ApiUnreachable } from './api-errors.ts';
export type { ApiAnswer, ApiBody, ApiRoute } from './api-types.ts';

/** What the client needs of `fetch`, so that a pool of connections can stand in for it. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

export interface RetryPolicy {
  /** No further attempt begins this long after the first, in ms. */
  readonly withinMs: number;
  /** Before the second attempt, in ms; doubles up to `maxPauseMs`. Retry-After goes before both. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** Told of an attempt that failed and is made again; what it throws ends the attempts. */
  readonly onRetry?: ((error: ApiProblem | ApiUnreachable) => void) | undefined;
}

export interface ApiOptions {
  /** Of the API, without `/v1`; empty where a page and the API have one origin. */
  readonly baseUrl: string;
  /** Asked for anew at each attempt where it is a function; without one the call is the public's. */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  /** Until an attempt is given up, in ms; API Gateway itself gives up after 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Repeats what failed in passing (no connection, 429, 5xx), for callers whose requests may be repeated. */
  readonly retry?: RetryPolicy | undefined;
  readonly fetch?: Fetch | undefined;
  /** Sees each 2xx answer before the caller does; what it throws, the call throws. */
  readonly inspect?: ((route: ApiRoute, status: number, body: unknown) => void) | undefined;
}

export interface ApiClient {
  /**
   * Calls an operation of the contract, e.g. `call('GET /v1/events/{event}/attendance', { params: { event } })`.
   * @throws {ApiProblem} for every answer but 2xx
   * @throws {ApiUnreachable} when no answer came
   * @throws the signal's reason when it was aborted
   */
  call<Route extends ApiRoute>(
    route: Route,
    ...args: CallArguments<Route>
  ): Promise<ApiAnswer<ApiBody<Route>>>;
  /** The same with If-None-Match. @returns undefined where nothing has changed since this ETag was answered */
  changed<Route extends ApiRoute>(
    route: Route,
    etag: string | undefined,
    ...args: CallArguments<Route>
  ): Promise<ApiAnswer<ApiBody<Route>> | undefined>;
}

const TIMEOUT_MS = 30_000;
const NOT_MODIFIED = 304;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/;

/** A call as far as it does not depend on its route. */
interface AnyCall {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly raw?: RawBody | undefined;
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const pathOf = (template: string, { params = {}, query = {} }: AnyCall): string => {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
};

const contentOf = ({ body, raw }: AnyCall): RawBody | undefined => {
  if (raw) return raw;
  return body === undefined ? undefined : { content: JSON.stringify(body), mediaType: 'application/json' };
};

/** What fetch hides behind "fetch failed". */
const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
};

const passes = (error: unknown): error is ApiProblem | ApiUnreachable =>
  error instanceof ApiUnreachable ||
  (error instanceof ApiProblem && (error.status === 429 || error.status >= 500));

/** Waits, or throws the signal's reason. */
const sleep = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });

const repeating = async <T>(
  policy: RetryPolicy | undefined,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> => {
  const giveUpAt = performance.now() + (policy?.withinMs ?? 0);
  let pauseMs = policy?.pauseMs ?? 0;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!policy || !passes(error)) throw error;
      const waitMs = (error instanceof ApiProblem ? error.retryAfterMs : undefined) ?? pauseMs;
      if (performance.now() + waitMs > giveUpAt) throw error;
      policy.onRetry?.(error);
      await sleep(waitMs, signal);
      pauseMs = Math.min(policy.maxPauseMs, pauseMs * 2);
    }
  }
};

const NO_CONTENT = 204;
/** No route answers a page or plain words: whatever their status, they come from a portal or proxy in between. */
const NOT_OURS = /^text\/(?:html|plain)\b/;

const bodyOf = (mediaType: string | null, text: string) => {
  if (!mediaType || !JSON_TYPE.test(mediaType)) return text === '' ? undefined : text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiUnreachable('The answer was torn on its way', { cause: error });
  }
};

/** A client of the API, typed by the contract's operations; runs in browsers and in Node. */
export const apiClient = (options: ApiOptions): ApiClient => {
  const { token, timeoutMs = TIMEOUT_MS, retry, fetch: send = fetch, inspect } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');

  const headersOf = async (content: RawBody | undefined, ifMatch?: string, etag?: string) => {
    const bearer = typeof token === 'function' ? await token() : token;
    return {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(content && { 'content-type': content.mediaType }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      ...(etag !== undefined && { 'if-none-match': etag }),
    };
  };

  const once = async (route: string, call: AnyCall, etag: string | undefined) => {
    const [method = '', template = ''] = route.split(' ');
    const content = contentOf(call);
    const headers = await headersOf(content, call.ifMatch, etag);
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await send(`${baseUrl}${pathOf(template, call)}`, {
        method,
        headers,
        ...(content && { body: content.content }),
        signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
      });
      return { response, text: await response.text() };
    } catch (error) {
      call.signal?.throwIfAborted();
      throw new ApiUnreachable(`${baseUrl || 'The server'} cannot be reached: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  };

  const answerOf = async (route: ApiRoute, call: AnyCall, known?: string) => {
    const { response, text } = await once(route, call, known);
    const { status, headers } = response;
    const isKnown = status === NOT_MODIFIED && known !== undefined;
    const mediaType = headers.get('content-type');
    // What has no body is of no type, though API Gateway names one.
    if (!isKnown && status !== NO_CONTENT && NOT_OURS.test(mediaType ?? ''))
      throw new ApiUnreachable(`Something else answered ${status} where the API should be`);
    if (!isKnown && (status < 200 || status > 299))
      throw new ApiProblem(route, status, text, headers.get('retry-after'));
    const body = isKnown ? undefined : bodyOf(mediaType, text);
    if (!isKnown) inspect?.(route, status, body);
    return { status, etag: headers.get('etag') ?? undefined, body };
  };

  return {
    call: (route, ...[call = {}]) => repeating(retry, call.signal, () => answerOf(route, call)),
    changed: async (route, etag, ...[call = {}]) => {
      const answer = await repeating(retry, call.signal, () => answerOf(route, call, etag));
      return answer.status === NOT_MODIFIED ? undefined : answer;
    },
  };
};
