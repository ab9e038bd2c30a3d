import { type Assembly, functionNameOf } from '../assembly/assembly.ts';
import { HostError } from '../errors.ts';
import type { LocalFunction } from '../lambda/functions.ts';
import { type Authorizer, authorizer } from './authorize.ts';
import { type Throttle, throttle } from './throttle.ts';

export interface Route {
  readonly key: string;
  readonly target: LocalFunction;
  readonly timeoutMs: number;
  readonly authorizer: Authorizer | undefined;
  readonly throttle: Throttle;
}

export const only = <T>(found: readonly T[], what: string): T | undefined => {
  if (found.length > 1) throw new HostError('AssemblyUnsupported', `the assembly has more than one ${what}`);
  return found[0];
};

/** The API's routes with what stands behind and before each. @throws {HostError} `AssemblyUnsupported` */
export const routesOf = (
  assembly: Assembly,
  functionOf: (name: string) => LocalFunction,
): (readonly [string, Route])[] => {
  const authorizers = new Map(
    assembly.authorizers.map(({ logicalId, properties }) => [
      logicalId,
      authorizer({
        authorizer: functionOf(functionNameOf(properties.AuthorizerUri)),
        identitySource: properties.IdentitySource[0],
        ttlSeconds: properties.AuthorizerResultTtlInSeconds,
      }),
    ]),
  );
  const stage = only(assembly.stages, 'API stage')?.properties;
  return assembly.routes.map(({ logicalId, properties }) => {
    const { RouteKey: key, Target, AuthorizationType, AuthorizerId } = properties;
    const integration = assembly.integrations.find((found) => Target === `integrations/${found.logicalId}`);
    if (!integration) throw new HostError('AssemblyUnsupported', `${logicalId}: no Lambda integration`);
    const guard = AuthorizerId === undefined ? undefined : authorizers.get(AuthorizerId);
    if (AuthorizationType !== 'NONE' && !guard) {
      throw new HostError('AssemblyUnsupported', `${logicalId}: no authorizer for ${AuthorizationType}`);
    }
    const route: Route = {
      key,
      target: functionOf(functionNameOf(integration.properties.IntegrationUri)),
      timeoutMs: integration.properties.TimeoutInMillis,
      authorizer: guard,
      throttle: throttle({ ...stage?.DefaultRouteSettings, ...stage?.RouteSettings[key] }),
    };
    return [key, route];
  });
};
