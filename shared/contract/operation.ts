import type * as z from 'zod/v4/core';

export type Role = 'scanner' | 'supervisor' | 'organizer' | 'viewer' | 'press';

/** Where pages are that functions render. */
export type PagePath = `/${'announcements' | 'rooms'}${string}`;

/** An answer: its schema, or the media type where it is not JSON, or null where it has no body. */
export type AnswerShape = z.$ZodType | { readonly mediaType: string; readonly schema?: z.$ZodType } | null;

/**
 * One route of the API. Infrastructure makes routes of them, the runtime validates by them and the
 * OpenAPI document is generated from them.
 */
export interface Operation<
  Params extends z.$ZodType = z.$ZodType,
  Query extends z.$ZodType = z.$ZodType,
  Body extends z.$ZodType = z.$ZodType,
> {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Of the API; or of a page, which is for people and not in the OpenAPI document. */
  readonly path: `/v1/${string}` | PagePath;
  /** Folder of the function that answers, under functions/. */
  readonly function: string;
  /** Heading in the OpenAPI document; without it the function's name. */
  readonly tag?: string;
  /** `public`: no token; `optional`: more is shown with a token; else any one of these roles. */
  readonly access: 'public' | 'optional' | readonly Role[];
  readonly summary: string;
  /** Changes only what the caller has seen: needs If-Match with its ETag. */
  readonly ifMatch?: true;
  /** A body as people send it, for the OpenAPI document. */
  readonly example?: unknown;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Describes the body in the OpenAPI document, where its rows are judged one by one. */
  readonly describedBody?: z.$ZodType;
  /** Judges its texts one by one, so that a broken one stops no other; else a broken one refuses the request. */
  readonly anyText?: true;
  /** Media types that are handed over as text, unparsed. */
  readonly rawBody?: readonly string[];
  /** Largest body in bytes; without it 64 KB. API Gateway's own limit is 10 MB. */
  readonly maxBytes?: number;
  /** Requests per second and burst of the route's own throttle. */
  readonly throttle?: { readonly rate: number; readonly burst: number };
  readonly answers: Readonly<Record<number, AnswerShape>>;
}

/** What the function that answers an operation has to know of it. */
export type Answered<
  Params extends z.$ZodType = z.$ZodType,
  Query extends z.$ZodType = z.$ZodType,
  Body extends z.$ZodType = z.$ZodType,
> = Pick<
  Operation<Params, Query, Body>,
  'method' | 'path' | 'access' | 'params' | 'query' | 'body' | 'anyText' | 'rawBody' | 'maxBytes'
>;

/** Keeps all that is said of an operation as its type: the API's client is typed by it. */
export const operation = <
  const Definition,
  Params extends z.$ZodType = z.$ZodUndefined,
  Query extends z.$ZodType = z.$ZodUndefined,
  Body extends z.$ZodType = z.$ZodUndefined,
>(
  definition: Definition & Operation<Params, Query, Body>,
): Definition & Omit<Operation<Params, Query, Body>, 'answers'> => definition;

export const routeKey = ({ method, path }: Pick<Operation, 'method' | 'path'>): string => `${method} ${path}`;

/** What a call of an operation brings, parsed. */
export type InputOf<Op> =
  Op extends Answered<infer Params, infer Query, infer Body>
    ? { readonly params: z.output<Params>; readonly query: z.output<Query>; readonly body: z.output<Body> }
    : never;
