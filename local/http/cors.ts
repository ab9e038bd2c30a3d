import type { Cors } from '../assembly/specs.ts';

type Headers = Readonly<Record<string, string>>;

const METHODS = 'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT';
const has = (list: readonly string[], value: string): boolean => list.includes('*') || list.includes(value);

const allowedOrigin = (cors: Cors, origin: string): string | undefined => {
  if (cors.AllowOrigins.includes('*')) return '*';
  const listed = cors.AllowOrigins.some((allowed) =>
    allowed.includes('*') ? origin.startsWith(allowed.slice(0, allowed.indexOf('*'))) : allowed === origin,
  );
  return listed ? origin : undefined;
};

/** What is added to every answer to a browser. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
export const corsHeaders = (cors: Cors | undefined, origin: string | undefined): Headers => {
  const allowed = cors && origin ? allowedOrigin(cors, origin) : undefined;
  if (!cors || !allowed) return {};
  return {
    'access-control-allow-origin': allowed,
    ...(allowed !== '*' && { vary: 'Origin' }),
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.ExposeHeaders.length > 0 && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
  };
};

/** The gateway's own answer to a preflight; undefined when it is none. */
export const preflight = (
  cors: Cors | undefined,
  method: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Headers | undefined => {
  const { origin } = headers;
  const wanted = headers['access-control-request-method'];
  if (!cors || method !== 'OPTIONS' || typeof origin !== 'string' || typeof wanted !== 'string')
    return undefined;
  const common = corsHeaders(cors, origin);
  if (!common['access-control-allow-origin']) return {};
  const asked = headers['access-control-request-headers'];
  const anyHeader = cors.AllowHeaders.includes('*') && typeof asked === 'string';
  return {
    ...common,
    'access-control-allow-methods':
      has(cors.AllowMethods, '*') || cors.AllowMethods.includes('ANY')
        ? METHODS
        : cors.AllowMethods.join(','),
    'access-control-allow-headers': anyHeader ? asked : cors.AllowHeaders.join(',').toLowerCase(),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
  };
};
