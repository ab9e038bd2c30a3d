import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import * as z from 'zod';
import { type Credentials, type PrintedBadge, readBadges, readCredentials } from '../../local/credentials.ts';
import { startTurnout, type Turnout, type TurnoutOptions } from '../../local/start.ts';
import { mustFitContract } from '../../shared/client/answers.ts';
import { type ApiBody, type ApiClient, apiClient } from '../../shared/client/api.ts';

export interface TestTurnout {
  readonly turnout: Turnout;
  readonly credentials: Credentials;
  readonly badges: readonly PrintedBadge[];
  readonly data: string;
  stop(): Promise<void>;
}

/** The whole system on a folder of its own, with the real conference in it. */
export const startTestTurnout = async (options: Partial<TurnoutOptions> = {}): Promise<TestTurnout> => {
  const data = mkdtempSync(join(tmpdir(), 'turnout-system-'));
  const turnout = await startTurnout({
    data,
    port: 0,
    asDated: false,
    empty: false,
    assembly: inject('assembly'),
    ...options,
  });
  const found = readCredentials(turnout.credentialsFile);
  return {
    turnout,
    credentials: found,
    badges: options.empty ? [] : readBadges(found.badges),
    data,
    stop: async () => {
      await turnout.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
};

export interface HttpResult {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  json<T extends z.core.$ZodType>(schema: T): z.output<T>;
}

/** Asks in ways that the API's client would not: any path, any body; one that is text is sent as it is. */
export const ask = async (
  { baseUrl }: { baseUrl: string },
  method: string,
  path: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<HttpResult> => {
  const response = await fetch(`${baseUrl}/v1${path}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: (schema) => z.parse(schema, JSON.parse(text)),
  };
};

/** The API's client, which finds fault with an answer that is not of the contract. */
export const api = ({ baseUrl }: { readonly baseUrl: string }, token?: string): ApiClient =>
  apiClient({ baseUrl, token, inspect: mustFitContract });

const CHECK_INS = 'POST /v1/events/{event}/check-ins';

/** Sends scans, malformed ones too, as a device and answers their results. */
export const sendScans = async (
  { baseUrl, event }: Pick<Credentials, 'baseUrl' | 'event'>,
  token: string,
  scans: readonly unknown[],
): Promise<ApiBody<typeof CHECK_INS>['results']> => {
  const raw = { content: JSON.stringify({ scans }), mediaType: 'application/json' };
  return (await api({ baseUrl }, token).call(CHECK_INS, { params: { event }, raw })).body.results;
};

/** A scan of now at the opening ceremony. */
export const aScan = (badgeCode: string, more: Record<string, unknown> = {}) => ({
  scanId: crypto.randomUUID(),
  sessionId: 'opening-ceremony',
  badge: badgeCode,
  scannedAt: new Date().toISOString(),
  ...more,
});

export const present = <T>(value: T | undefined | null): T => {
  if (value === undefined || value === null) throw new Error('expected a value');
  return value;
};
