import { createHash } from 'node:crypto';
import { Problem } from '../contract/problem.ts';
import type { Answer } from './http.ts';

type Headers = Readonly<Record<string, string | undefined>>;

export const versionTag = (version: number | string): string => `"${version}"`;

/** Strong: the same bytes, the same tag. */
const tagOf = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;

/** Weak: what the reader asked for is the same, if not to the byte (RFC 9110 section 8.8.1). */
export const weakTagOf = (content: unknown): string => `W/${tagOf(JSON.stringify(content))}`;

const tagsOf = (header: string) => header.split(',').map((tag) => tag.trim());

/** @throws {Problem} `precondition-required` without If-Match */
export const requireIfMatch = (headers: Headers): string => {
  const header = headers['if-match'];
  if (header) return header;
  throw new Problem(
    'precondition-required',
    'Send If-Match with the ETag of your last read, so that nobody’s change is overwritten unseen',
  );
};

/**
 * For changes: the caller must have seen what is stored. Strong comparison: a weak tag never matches
 * (RFC 9110 section 13.1.1).
 * @throws {Problem} `precondition-required` without If-Match, `precondition-failed` when it is stale
 */
export const assertIfMatch = (headers: Headers, current: string): void => {
  const tags = tagsOf(requireIfMatch(headers));
  if (!tags.includes('*') && !tags.includes(current)) throw stale(current);
};

/** @param current what its ETag is now, where that is known */
export const stale = (current?: string): Problem =>
  new Problem(
    'precondition-failed',
    `It has changed since you read it${current ? `: its ETag is ${current}` : ''}. Read it again, then decide.`,
    current ? { headers: { etag: current } } : {},
  );

const strong = (tag: string): string => tag.replace(/^W\//, '');

/**
 * For reads: whether the caller has this already. Weak comparison: caches may have weakened a tag on its way
 * (RFC 9110 section 13.1.2).
 */
export const isKnown = (headers: Headers, current: string): boolean =>
  tagsOf(headers['if-none-match'] ?? '').some((tag) => tag === '*' || strong(tag) === strong(current));

/** The text, or 304 when the reader has it already. `etag` is made of the text unless it is given. */
export const validated = (
  requestHeaders: Headers,
  text: string,
  headers: Readonly<Record<string, string>>,
  etag = tagOf(text),
): Answer =>
  isKnown(requestHeaders, etag)
    ? { status: 304, headers: { ...headers, etag } }
    : { status: 200, text, headers: { ...headers, etag } };
