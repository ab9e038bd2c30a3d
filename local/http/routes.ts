import router, { type HTTPMethod } from 'find-my-way';
import { HostError } from '../errors.ts';

export interface Match<T> {
  readonly route: T;
  readonly pathParameters: Readonly<Record<string, string>>;
}

const METHODS: readonly HTTPMethod[] = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const SEGMENT = /^(\{[^{}+]+\}|[^{}:*]*)$/;
/** Longer than any path that Node's parser takes. */
const LONGEST_PARAMETER = 65_536;

/**
 * Literal segments win over `{parameters}`, which are never empty, and `$default` takes what is left.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * @throws {HostError} `AssemblyUnsupported` for `ANY` and `{greedy+}` routes
 */
export const routeMatcher = <T>(routes: Iterable<readonly [routeKey: string, route: T]>) => {
  const byKey = new Map(routes);
  const paths = router({ maxParamLength: LONGEST_PARAMETER });
  for (const key of byKey.keys()) {
    if (key === '$default') continue;
    const [method = '', path = ''] = key.split(' ');
    const known = METHODS.find((one) => one === method);
    if (!known || !path.split('/').every((segment) => SEGMENT.test(segment)))
      throw new HostError('AssemblyUnsupported', `the route ${key} is not understood here`);
    paths.on(known, path.replaceAll(/\{([^}]+)\}/g, ':$1'), () => undefined, { key });
  }
  return (method: string, path: string): Match<T> | undefined => {
    const known = METHODS.find((one) => one === method);
    const found = known ? paths.find(known, path) : null;
    const pathParameters: Record<string, string> = {};
    for (const [name, value] of Object.entries(found?.params ?? {})) pathParameters[name] = value ?? '';
    const whole = found && Object.values(pathParameters).every((value) => value !== '');
    const key = whole ? String(found.store.key) : '$default';
    const route = byKey.get(key);
    return route === undefined ? undefined : { route, pathParameters: whole ? pathParameters : {} };
  };
};
