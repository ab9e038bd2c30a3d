import * as z from 'zod/mini';
import type { ProblemDetails, ProblemPlace } from './problem-details.ts';
import { whatIsWrong } from './what-is-wrong.ts';

z.config({ localeError: whatIsWrong });

const problems = {
  validation: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'This token may not do that' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here' },
  'not-acceptable': { status: 406, title: 'It cannot be answered in the form that was asked for' },
  conflict: { status: 409, title: 'The request conflicts with what is stored' },
  'illegal-transition': { status: 409, title: 'This cannot be done in the present state' },
  'precondition-failed': { status: 412, title: 'It has changed since you read it' },
  'precondition-required': { status: 428, title: 'If-Match is needed' },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'unsupported-media-type': { status: 415, title: 'This content type is not read here' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something failed on our side' },
  unavailable: { status: 503, title: 'Try again shortly' },
} as const;

export type ProblemCode = keyof typeof problems;

/** Most wrong places that are named in one answer. */
export const MAX_ERRORS = 50;

/** An error that the caller is told about; everything else that is thrown becomes `internal`. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly errors: readonly ProblemPlace[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: {
      errors?: readonly ProblemPlace[];
      headers?: Readonly<Record<string, string>>;
      cause?: unknown;
    } = {},
  ) {
    super(detail, { cause: more.cause });
    this.code = code;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }

  get status(): number {
    return problems[this.code].status;
  }

  /**
   * @param instance what the problem is about: the request's path, and its id as the fragment
   * @param base what problem types begin with; their last segment is the stable code
   */
  toDetails(instance: string, base = ''): ProblemDetails {
    const { status, title } = problems[this.code];
    return {
      type: `${base}/problems/${this.code}`,
      title,
      status,
      detail: this.message,
      instance,
      ...(this.errors.length > 0 && {
        errors: this.errors.slice(0, MAX_ERRORS),
        errorCount: this.errors.length,
      }),
    };
  }
}

/** What a stranger calls a field is said back so far, in characters. */
const MAX_SEGMENT = 80;

const escapeSegment = (segment: PropertyKey) => {
  const text = String(segment);
  const shown = text.length > MAX_SEGMENT ? `${text.slice(0, MAX_SEGMENT)}…` : text;
  return shown.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1');
};

/** JSON pointer (RFC 6901) of a path such as `['scans', 3, 'badge']`. */
export const pointer = (path: readonly PropertyKey[]): string =>
  path.map((segment) => `/${escapeSegment(segment)}`).join('');

const unknownFields = (path: readonly PropertyKey[], keys: readonly string[]): ProblemPlace[] => {
  const more = keys.length - MAX_ERRORS;
  return [
    ...keys
      .slice(0, MAX_ERRORS)
      .map((key) => ({ pointer: pointer([...path, key]), detail: 'is not a known field' })),
    ...(more > 0 ? [{ pointer: pointer(path), detail: `has ${more} more fields that are not known` }] : []),
  ];
};

/** Of the forms that a value may have, the one that it was meant to have: the others are of another kind altogether. */
const meantForm = ({ errors }: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined => {
  const forms = errors.filter(([first]) => first?.code !== 'invalid_type' || first.path.length > 0);
  return forms.length === 1 ? forms[0] : undefined;
};

/** What zod found, as places; unknown fields are named one by one, as far as anybody reads. */
export const placesOf = (
  { issues }: { readonly issues: readonly z.core.$ZodIssue[] },
  base: readonly PropertyKey[] = [],
): ProblemPlace[] =>
  issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    if (issue.code === 'unrecognized_keys') return unknownFields(path, issue.keys);
    const meant = issue.code === 'invalid_union' && meantForm(issue);
    return meant ? placesOf({ issues: meant }, path) : [{ pointer: pointer(path), detail: issue.message }];
  });

/**
 * Parses or throws a `validation` problem that names every wrong place.
 * @throws {Problem} `validation`
 */
export const parse = <T extends z.core.$ZodType>(
  schema: T,
  value: unknown,
  what = 'The request',
): z.output<T> => {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const errors = placesOf(result.error);
  const first = errors[0];
  throw new Problem('validation', `${what} is not valid: ${first?.pointer || 'it'} ${first?.detail}`, {
    errors,
  });
};
