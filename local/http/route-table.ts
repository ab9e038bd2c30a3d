/** Route matching of HTTP APIs. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html */
interface Node<T> {
  readonly literal: Map<string, Node<T>>;
  /** Below a `{name}` segment. */
  parameter: Node<T> | undefined;
  /** Ends here, by method or `ANY`. */
  readonly ends: Map<string, Found<T>>;
  /** Ends here by `{name+}`. */
  readonly greedy: Map<string, Found<T>>;
}

interface Found<T> {
  readonly route: T;
  readonly names: readonly string[];
}

export interface Match<T> {
  readonly route: T;
  readonly pathParameters: Readonly<Record<string, string>>;
}

export interface RouteTable<T> {
  match(method: string, path: string): Match<T> | undefined;
}

const node = <T>(): Node<T> => ({
  literal: new Map(),
  parameter: undefined,
  ends: new Map(),
  greedy: new Map(),
});

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

const forMethod = <T>(routes: ReadonlyMap<string, Found<T>>, method: string): Found<T> | undefined =>
  routes.get(method) ?? routes.get('ANY');

/** The most specific route wins: literal segments before parameters before greedy ones before `$default`. */
export const routeTable = <T>(routes: Iterable<readonly [routeKey: string, route: T]>): RouteTable<T> => {
  const root = node<T>();
  let fallback: T | undefined;

  for (const [key, route] of routes) {
    if (key === '$default') {
      fallback = route;
      continue;
    }
    const [method = 'ANY', path = '/'] = key.split(' ');
    const names: string[] = [];
    let here = root;
    let greedy = false;
    for (const segment of segmentsOf(path)) {
      const parameter = /^\{([^}+]+)(\+?)\}$/.exec(segment);
      if (parameter?.[1]) names.push(parameter[1]);
      if (parameter?.[2]) {
        greedy = true;
        break;
      }
      let next = parameter ? here.parameter : here.literal.get(segment);
      if (!next) {
        next = node<T>();
        if (parameter) here.parameter = next;
        else here.literal.set(segment, next);
      }
      here = next;
    }
    (greedy ? here.greedy : here.ends).set(method, { route, names });
  }

  const find = (
    here: Node<T>,
    segments: readonly string[],
    at: number,
    values: readonly string[],
    method: string,
  ): Match<T> | undefined => {
    const segment = segments[at];
    if (segment === undefined) return named(forMethod(here.ends, method), values);
    const exact = here.literal.get(segment) ?? here.literal.get(decode(segment));
    const found =
      (exact && find(exact, segments, at + 1, values, method)) ??
      // A parameter is never empty.
      (here.parameter && segment !== ''
        ? find(here.parameter, segments, at + 1, [...values, decode(segment)], method)
        : undefined);
    if (found) return found;
    const rest = decode(segments.slice(at).join('/'));
    return rest === '' ? undefined : named(forMethod(here.greedy, method), [...values, rest]);
  };

  return {
    match: (method, path) =>
      find(root, segmentsOf(path), 0, [], method) ??
      (fallback === undefined ? undefined : { route: fallback, pathParameters: {} }),
  };
};

const named = <T>(found: Found<T> | undefined, values: readonly string[]): Match<T> | undefined => {
  if (!found) return undefined;
  const pathParameters: Record<string, string> = {};
  for (const [index, name] of found.names.entries()) pathParameters[name] = values[index] ?? '';
  return { route: found.route, pathParameters };
};
