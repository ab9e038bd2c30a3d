import { Pool } from 'undici';
import { mustFitContract } from '../shared/client/answers.ts';
import { type ApiClient, ApiProblem, apiClient, type Fetch } from '../shared/client/api.ts';

/** How long a host may be away (killed and started again) before the rehearsal gives up. */
const AWAY_MS = 60_000;
const RETRY_MS = 200;
/** Longer than any answer of the API takes; API Gateway itself gives up after 30 s. */
const ANSWER_MS = 35_000;

/** What became of one call, beside its answer. */
export interface Course {
  /** More than 1 when the host was away or busy: an attempt may have taken effect without an answer. */
  attempts: number;
  /** From the last attempt's sending to its answer. */
  tookMs: number;
}

/** A change whose answer was lost is refused when it is sent again; that it took effect is seen on delivery. */
export const unlessRepeated =
  (course: Course) =>
  (error: unknown): void => {
    const mayHaveTakenEffect = course.attempts > 1 && error instanceof ApiProblem;
    if (!mayHaveTakenEffect || (error.status !== 409 && error.status !== 412)) throw error;
  };

/** Connections to a host that may be away for up to 60 s: what got no answer, 429 or 5xx is sent again. */
export class Client {
  readonly baseUrl: string;
  readonly #pool: Pool;
  /** When a connection broke or was refused, ms since 1970. */
  readonly disconnects: number[] = [];

  constructor(baseUrl: string, connections: number) {
    this.baseUrl = baseUrl;
    this.#pool = new Pool(new URL(baseUrl).origin, {
      connections,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    });
  }

  /** The API as the holder of the token sees it. Answers must fit the contract. @param course is kept up to date */
  as(token?: string, course: Course = { attempts: 1, tookMs: 0 }): ApiClient {
    return apiClient({
      baseUrl: this.baseUrl,
      token,
      timeoutMs: ANSWER_MS,
      retry: {
        withinMs: AWAY_MS,
        pauseMs: RETRY_MS,
        maxPauseMs: RETRY_MS,
        onRetry: ({ name }) => {
          course.attempts += 1;
          if (name === 'ApiUnreachable') this.disconnects.push(Date.now());
        },
      },
      fetch: async (url, init) => {
        const sentAt = performance.now();
        const answer = await this.#request(url, init);
        course.tookMs = performance.now() - sentAt;
        return answer;
      },
      inspect: mustFitContract,
    });
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  readonly #request: Fetch = async (url, init) => {
    const { statusCode, headers, body } = await this.#pool.request({
      ...init,
      path: url.slice(new URL(url).origin.length),
    });
    const text = await body.text();
    return {
      status: statusCode,
      headers: { get: (name) => [headers[name] ?? null].flat()[0] ?? null },
      text: async () => text,
    };
  };
}
