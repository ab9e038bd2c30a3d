import { Problem } from '../../shared/contract/problem.ts';

export const versionTag = (version: number): string => `"${version}"`;

/** @throws {Problem} `precondition-required` */
export const requireIfMatch = (headers: Readonly<Record<string, string | undefined>>): string => {
  const value = headers['if-match'];
  if (value) return value;
  throw new Problem(
    'precondition-required',
    'Send If-Match with the ETag of your last read, so that nobody’s change is overwritten unseen',
  );
};

/**
 * Strong comparison (RFC 9110 section 13.1.1): a weak tag never matches.
 * @throws {Problem} `precondition-failed`
 */
export const assertMatches = (ifMatch: string, version: number): void => {
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (tags.includes('*') || tags.includes(versionTag(version))) return;
  throw stale(versionTag(version));
};

export const stale = (current?: string): Problem =>
  new Problem(
    'precondition-failed',
    `It has changed since you read it${current ? `: its ETag is ${current}` : ''}. Read it again, then decide.`,
    current ? { headers: { etag: current } } : {},
  );
