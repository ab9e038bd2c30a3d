import type * as z from 'zod/v4/core';
import type { ApiOperation } from '../contract/routes.ts';

// Types alone: nothing of the contract's schemas is loaded by whoever uses the client.

/** An operation of the contract, named as it is sent: `GET /v1/events/{event}/attendance`. */
export type ApiRoute = ApiOperation extends infer Op
  ? Op extends ApiOperation
    ? `${Op['method']} ${Op['path']}`
    : never
  : never;

type OperationOf<Route extends ApiRoute> = Route extends `${infer Method} ${infer Path}`
  ? Extract<ApiOperation, { readonly method: Method; readonly path: Path }>
  : never;

/** What a schema takes as JSON; never where an operation has no such part. */
type Taken<Schema> = [Schema] extends [z.$ZodUndefined]
  ? never
  : Schema extends z.$ZodType
    ? z.input<Schema>
    : never;

/** Values that are coerced from text are typed as unknown by their schema. */
type QueryValues<Values> = {
  readonly [Name in keyof Values]: unknown extends Values[Name]
    ? string | number | boolean | undefined
    : Values[Name] | undefined;
};

type PartOf<Op, Name extends string> = Op extends { readonly [Key in Name]?: infer Schema }
  ? NonNullable<Schema>
  : never;

type BodyOf<Op> = Op extends { readonly describedBody: infer Described }
  ? Described extends z.$ZodType
    ? z.input<Described>
    : Taken<PartOf<Op, 'body'>>
  : Taken<PartOf<Op, 'body'>>;

/** Optional where it may be left out, impossible where the operation has none. */
type Argument<Name extends string, Value> = [Value] extends [never]
  ? { readonly [Key in Name]?: never }
  : undefined extends Value
    ? { readonly [Key in Name]?: Value }
    : Record<never, never> extends Value
      ? { readonly [Key in Name]?: Value }
      : { readonly [Key in Name]: Value };

/** A body that is sent as it is. */
export interface RawBody {
  readonly content: string;
  readonly mediaType: string;
}

/** JSON by its type, or any text as it is: a file, or JSON that the API is to judge. */
type BodyArgument<Op> = [BodyOf<Op>] extends [never]
  ? { readonly body?: never; readonly raw?: never }
  :
      | (Argument<'body', BodyOf<Op>> & { readonly raw?: never })
      | { readonly raw: RawBody; readonly body?: never };

/** Beside the operation's own parts. */
interface CallOptions {
  /** ETag that was read, for operations that ask for If-Match. */
  readonly ifMatch?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a call of the operation has to bring. */
export type ApiCall<Route extends ApiRoute> = Argument<
  'params',
  Taken<PartOf<OperationOf<Route>, 'params'>>
> &
  Argument<'query', QueryValues<Taken<PartOf<OperationOf<Route>, 'query'>>>> &
  BodyArgument<OperationOf<Route>> &
  CallOptions;

type Answered<Shape> = Shape extends z.$ZodType
  ? z.output<Shape>
  : Shape extends { readonly mediaType: `${string}json` }
    ? unknown
    : Shape extends { readonly mediaType: string }
      ? string
      : undefined;

type Answers<Op> = Op extends { readonly answers: infer Shapes } ? Shapes : never;
type Success = 200 | 201 | 202 | 204;

/** The body of the operation's answer; text where it is not JSON. */
export type ApiBody<Route extends ApiRoute> = Answered<
  Answers<OperationOf<Route>>[Success & keyof Answers<OperationOf<Route>>]
>;

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly etag: string | undefined;
}

/** Routes without a part that has to be given. */
export type CallArguments<Route extends ApiRoute> =
  Record<never, never> extends ApiCall<Route> ? [call?: ApiCall<Route>] : [call: ApiCall<Route>];
