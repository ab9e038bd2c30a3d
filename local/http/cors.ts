import type { Cors } from '../assembly/specs.ts';

type Headers = Readonly<Record<string, string>>;

const allows = ({ AllowOrigins }: Cors, origin: string): boolean =>
  AllowOrigins.includes('*') || AllowOrigins.includes(origin);

/** What is added to every answer to a browser. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
export const corsHeaders = (cors: Cors | undefined, origin: string | undefined): Headers => {
  if (!cors || !origin || !allows(cors, origin)) return {};
  const anyone = cors.AllowOrigins.includes('*');
  return {
    'access-control-allow-origin': anyone ? '*' : origin,
    ...(!anyone && { vary: 'Origin' }),
    ...(cors.ExposeHeaders.length > 0 && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
  };
};

/** The gateway's own answer to a preflight; undefined when it is none. */
export const preflight = (
  cors: Cors | undefined,
  method: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Headers | undefined => {
  const { origin, 'access-control-request-method': wanted } = headers;
  if (!cors || method !== 'OPTIONS' || typeof origin !== 'string' || wanted === undefined) return undefined;
  if (!allows(cors, origin)) return {};
  return {
    ...corsHeaders(cors, origin),
    'access-control-allow-methods': cors.AllowMethods.join(','),
    'access-control-allow-headers': cors.AllowHeaders.join(',').toLowerCase(),
    'access-control-max-age': String(cors.MaxAge),
  };
};
