import type { ProblemPlace } from '../contract/problem-details.ts';

/** A problem (RFC 9457) that the API answered, or what a gateway before it said in its own words. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** What was asked for, e.g. `GET /v1/health`. */
  readonly route: string;
  readonly status: number;
  /** Last segment of the problem's type, e.g. `validation`; of a gateway's own answer by its status. */
  readonly code: string;
  readonly title: string;
  readonly errors: readonly ProblemPlace[];
  /** How long the API asks to wait before the next attempt, in ms. */
  readonly retryAfterMs: number | undefined;

  /**
   * @param text the answer's body
   * @param retryAfter the answer's Retry-After: seconds or an HTTP date
   */
  constructor(route: string, status: number, text: string, retryAfter: string | null = null) {
    const problem = fieldsOf(text);
    const title =
      textOf(problem['title']) ??
      gatewayWords.get(status) ??
      textOf(problem['message']) ??
      `The server answered ${status}`;
    super(textOf(problem['detail']) ?? title);
    this.route = route;
    this.status = status;
    this.code = textOf(problem['type'])?.replace(/^.*\//, '') ?? codesByStatus.get(status) ?? 'unknown';
    this.title = title;
    this.errors = placesOf(problem['errors']);
    this.retryAfterMs = waitOf(retryAfter);
  }
}

/** No answer came: no connection, a broken one, or none in time. */
export class ApiUnreachable extends Error {
  override readonly name = 'ApiUnreachable';
}

/** Of a token that is none of ours a gateway says `Forbidden`, which helps nobody. */
const gatewayWords: ReadonlyMap<number, string> = new Map([
  [403, 'This token is not one of this deployment'],
]);

/** What a gateway answers by itself has no problem type. */
const codesByStatus: ReadonlyMap<number, string> = new Map([
  [400, 'validation'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [413, 'payload-too-large'],
  [429, 'too-many-requests'],
  [500, 'internal'],
  [503, 'unavailable'],
]);

type Fields = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const fieldsOf = (text: string): Fields => {
  try {
    const found: unknown = JSON.parse(text);
    return isRecord(found) ? found : {};
  } catch {
    return {};
  }
};

const placesOf = (errors: unknown): ProblemPlace[] =>
  (Array.isArray(errors) ? errors : []).filter(isRecord).map((place) => ({
    pointer: textOf(place['pointer']) ?? '',
    detail: textOf(place['detail']) ?? 'is wrong',
  }));

const waitOf = (retryAfter: string | null): number | undefined => {
  if (retryAfter === null) return undefined;
  const seconds = Number(retryAfter);
  const ms = Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};
