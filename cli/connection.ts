import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { problemDetails } from '../shared/contract/problem.ts';
import { Failure } from './failure.ts';

/** Options that every command takes; what is missing comes from the environment, then the credentials file. */
export const connectionArgs = {
  url: { type: 'string', description: 'Base URL of the API (TURNOUT_URL)', valueHint: 'https://…' },
  event: { type: 'string', description: 'Event (TURNOUT_EVENT)', valueHint: 'slug' },
  token: {
    type: 'string',
    description: 'Organizer’s token; better in TURNOUT_TOKEN, where other users cannot see it',
  },
  credentials: {
    type: 'string',
    description: 'Credentials file of a local host',
    valueHint: '.turnout/credentials.json',
  },
} as const;

type ConnectionOptions = Partial<Record<keyof typeof connectionArgs, string | undefined>>;

const LOCAL_CREDENTIALS = '.turnout/credentials.json';
const MAX_TRIES = 6;
/** Of a server that has not answered yet: its address may be wrong. */
const MAX_FIRST_TRIES = 3;
const FIRST_PAUSE_MS = 300;
const REQUEST_TIMEOUT_MS = 60_000;
/** Passing troubles; every request of these commands may be sent again. */
const TRANSIENT = new Set([429, 500, 502, 503, 504]);

const credentialsFile = z.object({ baseUrl: z.url(), event: z.string(), organizerToken: z.string() });

const readCredentials = (file: string | undefined) => {
  const path = file ?? LOCAL_CREDENTIALS;
  if (file === undefined && !existsSync(path)) return undefined;
  try {
    return credentialsFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${error instanceof Error ? error.message : 'malformed'}`);
  }
};

export interface Connection {
  readonly event: string;
  /** Asks for a path below `/v1/events/<event>` and parses the answer. */
  ask<T extends z.core.$ZodType>(request: AskRequest<T>): Promise<z.output<T>>;
}

export interface AskRequest<T extends z.core.$ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly answer: T;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly text?: { readonly content: string; readonly type: string };
}

const problemOf = (text: string) => {
  try {
    return problemDetails.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

const refusal = (status: number, text: string): Failure => {
  const problem = problemOf(text);
  if (!problem) return new Failure(`The server answered ${status}: ${text.slice(0, 200)}`);
  const places = (problem.errors ?? []).map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`);
  return new Failure(`${problem.title}: ${problem.detail}`, places);
};

/** @throws {Failure} when it is not known where to, for which event or with which token */
export const connect = (options: ConnectionOptions): Connection => {
  const { TURNOUT_URL, TURNOUT_EVENT, TURNOUT_TOKEN } = process.env;
  const url = options.url ?? TURNOUT_URL;
  const isElsewhere = url !== undefined && options.credentials === undefined;
  // A local host's token is not sent to another server.
  const file = isElsewhere ? undefined : readCredentials(options.credentials);
  const baseUrl = url ?? file?.baseUrl;
  const event = options.event ?? TURNOUT_EVENT ?? file?.event;
  const token = options.token ?? TURNOUT_TOKEN ?? file?.organizerToken;
  if (!baseUrl) throw new Failure('Say where: --url, TURNOUT_URL, or --credentials of a local host');
  if (!event) throw new Failure('Say which event: --event or TURNOUT_EVENT');
  if (!token) throw new Failure('An organizer’s token is needed: TURNOUT_TOKEN, --token or --credentials');

  const send = async <T extends z.core.$ZodType>(
    address: string,
    request: AskRequest<T>,
  ): Promise<Response> => {
    const { method, json, text } = request;
    const body = text?.content ?? (json === undefined ? undefined : JSON.stringify(json));
    return fetch(address, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': text?.type ?? 'application/json' }),
      },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(body !== undefined && { body }),
    });
  };

  let answered = false;
  return {
    event,
    ask: async (request) => {
      const address = `${baseUrl.replace(/\/+$/, '')}/v1/events/${encodeURIComponent(event)}${request.path}`;
      for (let attempt = 1; ; attempt += 1) {
        const response = await send(address, request).catch((error: unknown) => {
          const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
          return new Failure(
            `${baseUrl} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
          );
        });
        const passes = response instanceof Failure || TRANSIENT.has(response.status);
        answered ||= !passes;
        if (passes && attempt < (answered ? MAX_TRIES : MAX_FIRST_TRIES)) {
          await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
          continue;
        }
        if (response instanceof Failure) throw response;
        const text = await response.text();
        if (!response.ok) throw refusal(response.status, text);
        return z.parse(request.answer, JSON.parse(text));
      }
    },
  };
};
