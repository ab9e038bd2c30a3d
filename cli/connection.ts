import { existsSync, readFileSync } from 'node:fs';
import { type ApiClient, ApiUnreachable, apiClient } from '../shared/client/api.ts';
import { Failure } from './failure.ts';
import { tokenOfSignIn } from './sign-ins.ts';

/** What every command may be told; what is missing comes from the environment, then the credentials file. */
export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly event?: string | undefined;
  readonly token?: string | undefined;
  readonly credentials?: string | undefined;
}

const LOCAL_CREDENTIALS = '.turnout/credentials.json';
/** Attempts at a server that has never answered: its address may be wrong. */
const MAX_FIRST_TRIES = 3;
/** Of passing troubles; every request of these commands may be sent again. */
const RETRY = { withinMs: 10_000, pauseMs: 300, maxPauseMs: 5_000 };
const REQUEST_TIMEOUT_MS = 60_000;

const credentialNames = ['baseUrl', 'event', 'organizerToken'] as const;

const readCredentials = (
  file: string | undefined,
): Partial<Record<(typeof credentialNames)[number], string>> => {
  const path = file ?? LOCAL_CREDENTIALS;
  if (file === undefined && !existsSync(path)) return {};
  try {
    const found = new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8'))));
    const given = credentialNames.flatMap((name) => {
      const value = found.get(name);
      return typeof value === 'string' ? [[name, value] as const] : [];
    });
    return Object.fromEntries(given);
  } catch (error) {
    throw new Failure(`${path} cannot be read: ${error instanceof Error ? error.message : 'malformed'}`);
  }
};

export interface Connection {
  readonly api: ApiClient;
  /** Of every path of the event. */
  readonly params: { readonly event: string };
}

/** A wrong address is told at once, a server that has answered before is waited for. */
const patientClient = (baseUrl: string, token: Address['token']): ApiClient => {
  let tries = 1;
  let answered = false;
  return apiClient({
    baseUrl,
    token,
    timeoutMs: REQUEST_TIMEOUT_MS,
    retry: {
      ...RETRY,
      onRetry: (error) => {
        tries += 1;
        if (!answered && error instanceof ApiUnreachable && tries > MAX_FIRST_TRIES) throw error;
      },
    },
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      answered = true;
      return response;
    },
  });
};

const urlGiven = (options: ConnectionOptions) => options.url ?? process.env['TURNOUT_URL'];

/** A local host's token is not sent to another server. */
const fileOf = (options: ConnectionOptions) =>
  urlGiven(options) !== undefined && options.credentials === undefined
    ? {}
    : readCredentials(options.credentials);

/** @throws {Failure} when it is not known where to */
export const baseUrlOf = (options: ConnectionOptions): string => {
  const baseUrl = urlGiven(options) ?? fileOf(options).baseUrl;
  if (!baseUrl) throw new Failure('Say where: --url, TURNOUT_URL, or --credentials of a local host');
  return baseUrl.replace(/\/+$/, '');
};

export interface Address {
  readonly baseUrl: string;
  readonly event: string;
  readonly token: string | (() => Promise<string>);
}

/** @throws {Failure} when it is not known where to, for which event or with which token */
export const addressOf = (options: ConnectionOptions): Address => {
  const { TURNOUT_EVENT, TURNOUT_TOKEN } = process.env;
  const file = fileOf(options);
  const baseUrl = baseUrlOf(options);
  const event = options.event ?? TURNOUT_EVENT ?? file.event;
  const token = options.token ?? TURNOUT_TOKEN ?? file.organizerToken ?? tokenOfSignIn(baseUrl);
  if (!event) throw new Failure('Say which event: --event or TURNOUT_EVENT');
  if (!token)
    throw new Failure(
      'An organizer’s token is needed: sign in with turnout login, or give TURNOUT_TOKEN, --token or --credentials',
    );
  return { baseUrl, event, token };
};

/** @throws {Failure} as `addressOf` */
export const connect = (options: ConnectionOptions): Connection => {
  const { baseUrl, event, token } = addressOf(options);
  return { api: patientClient(baseUrl, token), params: { event } };
};

/** `a,b` as a list. @throws {Failure} where it names none */
export const namesIn = (option: string, text: string): string[] => {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) throw new Failure(`${option} takes names with commas between: a,b`);
  return names;
};
