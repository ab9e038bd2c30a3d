import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { principalToContext } from './principal.ts';
import type { TokenVerifier } from './tokens.ts';

/**
 * Says who asks. What was never one of our tokens ends at the gateway, which answers 403 in its own words. A token that
 * has expired or was revoked passes as `anonymous`: HTTP APIs cannot shape an authorizer's refusal, and the function
 * answers it as problem details with `WWW-Authenticate`.
 */
export const authorize =
  (verify: TokenVerifier) =>
  async ({
    headers,
  }: APIGatewayRequestAuthorizerEventV2): Promise<
    APIGatewaySimpleAuthorizerWithContextResult<Record<string, string>>
  > => {
    const principal = await verify(headers?.['authorization']);
    return {
      isAuthorized: principal.kind !== 'anonymous' || principal.forged !== true,
      context: principalToContext(principal),
    };
  };
