import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import * as z from 'zod';

/** How long a host may be away (killed and started again) before the rehearsal gives up. */
const AWAY_MS = 60_000;
const RETRY_MS = 200;
/** Longer than any answer of the API takes; API Gateway itself gives up after 30 s. */
const ANSWER_MS = 35_000;

const credentials = z.looseObject({
  baseUrl: z.url(),
  event: z.string(),
  organizerToken: z.string(),
  viewerToken: z.string(),
  pressToken: z.string(),
  badges: z.string(),
  /** Where queues can be made; only a local host says so. */
  aws: z.object({ endpoint: z.url(), region: z.string() }).optional(),
});
export type Credentials = z.infer<typeof credentials>;

/** Reads `credentials.json` of a host. */
export const readCredentials = (file: string): Credentials =>
  credentials.parse(JSON.parse(readFileSync(file, 'utf8')));

const badge = z.object({
  badgeId: z.string(),
  code: z.string(),
  category: z.string(),
  country: z
    .string()
    .nullish()
    .transform((country) => country ?? null),
});

/** Reads `badges.jsonl`, one badge a line. */
export const readBadges = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => badge.parse(JSON.parse(line)));

export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly body: unknown;
  /** From the last attempt's sending to its answer. */
  readonly tookMs: number;
  /** More than 1 when the host was away or busy. */
  readonly attempts: number;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** Below the base URL, e.g. `/v1/health`. */
  readonly path: string;
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
}

/** An answer that the rehearsal cannot go on with. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly status: number;
  constructor(call: Call, { status, body }: Answer) {
    super(`${call.method} ${call.path} answered ${status}: ${JSON.stringify(body).slice(0, 400)}`);
    this.status = status;
  }
}

const mayComeBack = (status: number): boolean => status === 429 || status >= 500;

export class Client {
  readonly baseUrl: string;
  readonly #pool: Pool;
  /** How often a connection broke or was refused. */
  disconnects = 0;

  constructor(baseUrl: string, connections: number) {
    this.baseUrl = baseUrl;
    this.#pool = new Pool(new URL(baseUrl).origin, {
      connections,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    });
  }

  /**
   * Sends until there is an answer other than 429 or 5xx, for up to 60 s; then answers with the last one, or
   * throws the last connection error.
   */
  async send(call: Call): Promise<Answer> {
    const giveUpAt = performance.now() + AWAY_MS;
    for (let attempts = 1; ; attempts += 1) {
      try {
        const answer = { ...(await this.#once(call)), attempts };
        if (!mayComeBack(answer.status) || performance.now() > giveUpAt) return answer;
      } catch (error) {
        this.disconnects += 1;
        if (performance.now() > giveUpAt) throw error;
      }
      await sleep(RETRY_MS);
    }
  }

  /** Sends and parses the body of a 2xx answer; throws UnexpectedAnswer for any other. */
  async ask<T extends z.ZodType>(call: Call, schema: T): Promise<z.infer<T>> {
    const answer = await this.send(call);
    if (answer.status < 200 || answer.status > 299) throw new UnexpectedAnswer(call, answer);
    return schema.parse(answer.body);
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #once({ method, path, token, body, ifMatch }: Call): Promise<Omit<Answer, 'attempts'>> {
    const sentAt = performance.now();
    const response = await this.#pool.request({
      method,
      path,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.body.text();
    const tookMs = performance.now() - sentAt;
    const { etag } = response.headers;
    return {
      status: response.statusCode,
      etag: typeof etag === 'string' ? etag : undefined,
      body: parseJson(text),
      tookMs,
    };
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
