import { createHash } from 'node:crypto';
import type { Answer } from '../../shared/runtime/http.ts';

/** Long enough to spare us a crowd of readers, short enough that a publication is seen within seconds. */
const PUBLIC_MAX_AGE_SECONDS = 15;

export const publicCaching = { 'cache-control': `public, max-age=${PUBLIC_MAX_AGE_SECONDS}` };
/** What organizers see is theirs alone, and always asked for anew. */
export const privateCaching = { 'cache-control': 'private, no-cache' };
/** One URL shows more to organizers than to the public: no cache may mix the two up. */
export const varies = { vary: 'authorization' };

/** Strong: the same bytes, the same tag. */
const tagOf = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;

/** If-None-Match compares weakly (RFC 9110 section 13.1.2): caches may have weakened a tag on its way. */
const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag);

/** 304 when the reader has it already. `etag` is made of the text unless it is given. */
export const validated = (
  requestHeaders: Readonly<Record<string, string | undefined>>,
  text: string,
  headers: Readonly<Record<string, string>>,
  etag = tagOf(text),
): Answer =>
  matches(requestHeaders['if-none-match'], etag)
    ? { status: 304, headers: { ...headers, etag } }
    : { status: 200, text, headers: { ...headers, etag } };
