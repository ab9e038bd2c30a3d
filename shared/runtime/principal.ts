import * as z from 'zod/mini';
import type { Role } from '../contract/operation.ts';
import { Problem } from '../contract/problem.ts';

/** Who asks. `sessions: null` is every session, `events: null` every event. */
export type Principal =
  | {
      readonly kind: 'anonymous';
      readonly reason: string;
      /** It is no token of ours, and never was. */
      readonly forged?: boolean;
    }
  | {
      readonly kind: 'device';
      readonly deviceId: string;
      readonly event: string;
      readonly role: 'scanner' | 'supervisor';
      readonly sessions: readonly string[] | null;
    }
  | {
      readonly kind: 'user';
      readonly subject: string;
      readonly roles: readonly string[];
      readonly events: readonly string[] | null;
    };

export type DevicePrincipal = Extract<Principal, { kind: 'device' }>;

const split = (text: string): string[] => text.split(' ').filter(Boolean);

const words = z.pipe(z.string(), z.transform(split));
/** `*` stands for all: an empty context value is not told apart from an absent one by API Gateway. */
const wordsOrAll = z.pipe(
  z.string(),
  z.transform((text: string) => (text === '*' ? null : split(text))),
);

/** The door's first: it asks most. */
const contextSchema = z.union([
  z.object({
    kind: z.literal('device'),
    deviceId: z.string(),
    event: z.string(),
    role: z.enum(['scanner', 'supervisor']),
    sessions: wordsOrAll,
  }),
  z.object({ kind: z.literal('anonymous'), reason: z.string() }),
  z.object({ kind: z.literal('user'), subject: z.string(), roles: words, events: wordsOrAll }),
]);

/** The authorizer's answer as flat strings: API Gateway passes nothing else unharmed. */
export const principalToContext = (principal: Principal): Record<string, string> => {
  switch (principal.kind) {
    case 'anonymous':
      return { kind: 'anonymous', reason: principal.reason };
    case 'device':
      return {
        kind: 'device',
        deviceId: principal.deviceId,
        event: principal.event,
        role: principal.role,
        sessions: principal.sessions?.join(' ') ?? '*',
      };
    case 'user':
      return {
        kind: 'user',
        subject: principal.subject,
        roles: principal.roles.join(' '),
        events: principal.events?.join(' ') ?? '*',
      };
  }
};

const NOBODY: Principal = { kind: 'anonymous', reason: 'Send a token: Authorization: Bearer <token>' };

export const principalFromContext = (context: unknown): Principal => {
  const parsed = contextSchema.safeParse(context);
  return parsed.success ? parsed.data : NOBODY;
};

/** The `WWW-Authenticate` value of a 401 (RFC 6750 section 3). */
const BEARER = 'Bearer realm="turnout"';

/**
 * @throws {Problem} `unauthorized` without a valid token, `forbidden` with the wrong role or event
 */
export const assertMay = (principal: Principal, roles: readonly Role[], event: string | undefined): void => {
  if (principal.kind === 'anonymous') {
    throw new Problem('unauthorized', principal.reason, { headers: { 'www-authenticate': BEARER } });
  }
  const held = principal.kind === 'device' ? [principal.role] : principal.roles;
  if (!roles.some((role) => held.includes(role))) {
    throw new Problem(
      'forbidden',
      `This needs one of the roles ${roles.join(', ')}; the token has ${held.join(', ') || 'none'}`,
    );
  }
  if (event === undefined) return;
  const mayEvent =
    principal.kind === 'device' ? principal.event === event : (principal.events?.includes(event) ?? true);
  if (!mayEvent) throw new Problem('forbidden', `This token is not for the event ${event}`);
};
