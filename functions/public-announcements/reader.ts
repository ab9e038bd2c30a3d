import { Problem } from '../../shared/contract/problem.ts';
import type { HttpEvent } from '../../shared/runtime/http.ts';
import type { Principal } from '../../shared/runtime/principal.ts';

const NOBODY: Principal = { kind: 'anonymous', reason: 'no token' };

/**
 * Who reads. No token is fine here; a wrong one is not, or an organizer whose token has run out would take
 * the public's view for everything there is.
 * @throws {Problem} `unauthorized` with a token that is not valid
 */
export const readerOf =
  (verifyAuthorization: (authorization: string) => Promise<Principal>) =>
  async ({ headers }: Pick<HttpEvent, 'headers'>): Promise<Principal> => {
    const { authorization } = headers;
    if (!authorization) return NOBODY;
    const principal = await verifyAuthorization(authorization);
    if (principal.kind !== 'anonymous') return principal;
    throw new Problem('unauthorized', principal.reason, {
      headers: { 'www-authenticate': 'Bearer realm="turnout"' },
    });
  };
