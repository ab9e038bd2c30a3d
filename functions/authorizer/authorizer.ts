import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from 'aws-lambda';
import { principalToContext } from '../../shared/runtime/principal.ts';
import type { TokenVerifier } from '../../shared/runtime/tokens.ts';

/**
 * Says who asks. It always lets the request pass, an unknown caller as `anonymous`: HTTP APIs cannot shape an
 * authorizer's refusal, and the function answers it as problem details with `WWW-Authenticate`.
 */
export const authorize =
  (verify: TokenVerifier) =>
  async ({
    headers,
  }: APIGatewayRequestAuthorizerEventV2): Promise<
    APIGatewaySimpleAuthorizerWithContextResult<Record<string, string>>
  > => ({
    isAuthorized: true,
    context: principalToContext(await verify(headers?.['authorization'])),
  });
