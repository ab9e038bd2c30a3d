import { Problem } from '../contract/problem.ts';

type Headers = Readonly<Record<string, string | undefined>>;

export const versionTag = (version: number | string): string => `"${version}"`;

const tagsOf = (header: string) => header.split(',').map((tag) => tag.trim());

/**
 * For changes: the caller must have seen what is stored. Strong comparison (RFC 9110 section 13.1.1).
 * @throws {Problem} `precondition-required` without If-Match, `precondition-failed` when it is stale
 */
export const assertIfMatch = (headers: Headers, current: string): void => {
  const header = headers['if-match'];
  if (!header) {
    throw new Problem(
      'precondition-required',
      'Send If-Match with the ETag of your last read, so that nobody’s change is overwritten unseen',
    );
  }
  const tags = tagsOf(header);
  if (!tags.includes('*') && !tags.includes(current)) throw stale(current);
};

export const stale = (current: string): Problem =>
  new Problem(
    'precondition-failed',
    `It has changed since you read it: its ETag is ${current}. Read it again, then decide.`,
    { headers: { etag: current } },
  );

/** For reads: whether the caller has this already. Weak comparison (RFC 9110 section 13.1.2). */
export const isKnown = (headers: Headers, current: string): boolean =>
  tagsOf(headers['if-none-match'] ?? '').some((tag) => tag === '*' || tag.replace(/^W\//, '') === current);
