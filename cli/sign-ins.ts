import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as client from 'openid-client';
import * as z from 'zod/mini';
import { discover } from '../shared/client/sign-in-pages.ts';
import { Failure } from './failure.ts';

const signIn = z.object({
  issuer: z.string(),
  clientId: z.string(),
  accessToken: z.string(),
  refreshToken: z.optional(z.string()),
  /** ms since 1970. */
  expiresAt: z.number(),
});
export type SavedSignIn = z.infer<typeof signIn>;
const signIns = z.record(z.string(), signIn);

/** Renewed so long before its end, ms. */
const EARLY_MS = 60_000;

/** Where sign-ins are kept, by the base URL of the API; readable by their owner alone. */
const fileOf = (): string =>
  join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'turnout', 'sign-ins.json');

const readAll = (): z.infer<typeof signIns> => {
  const file = fileOf();
  if (!existsSync(file)) return {};
  const found = signIns.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!found.success) throw new Failure(`${file} cannot be read: sign in again (turnout login)`);
  return found.data;
};

const writeAll = (all: z.infer<typeof signIns>): void => {
  const file = fileOf();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
};

export const saveSignIn = (baseUrl: string, saved: SavedSignIn): void =>
  writeAll({ ...readAll(), [baseUrl]: saved });

/** @returns the one that there was */
export const forgetSignIn = (baseUrl: string): SavedSignIn | undefined => {
  const { [baseUrl]: known, ...others } = readAll();
  writeAll(others);
  return known;
};

export const signInOf = (
  issuer: string,
  clientId: string,
  tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers,
  before?: SavedSignIn,
): SavedSignIn => {
  const refreshToken = tokens.refresh_token ?? before?.refreshToken;
  return {
    issuer,
    clientId,
    accessToken: tokens.access_token,
    ...(refreshToken !== undefined && { refreshToken }),
    expiresAt: Date.now() + (tokens.expiresIn() ?? 0) * 1000,
  };
};

/** A token of `turnout login`, renewed when it is about to end; undefined where nobody has signed in. */
export const tokenOfSignIn = (baseUrl: string): (() => Promise<string>) | undefined => {
  if (!readAll()[baseUrl]) return undefined;
  return async () => {
    const saved = readAll()[baseUrl];
    if (saved && saved.expiresAt - Date.now() > EARLY_MS) return saved.accessToken;
    if (!saved?.refreshToken) throw new Failure('Your sign-in has ended: turnout login');
    const { issuer, clientId, refreshToken } = saved;
    try {
      const tokens = await client.refreshTokenGrant(await discover(issuer, clientId), refreshToken);
      const renewed = signInOf(issuer, clientId, tokens, saved);
      saveSignIn(baseUrl, renewed);
      return renewed.accessToken;
    } catch {
      throw new Failure('Your sign-in has ended: turnout login');
    }
  };
};
