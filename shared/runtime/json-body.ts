import { MAX_ERRORS, Problem, pointer } from '../contract/problem.ts';
import type { ProblemPlace } from '../contract/problem-details.ts';

/** An answer stays small, however deep a stranger nests. */
const MAX_POINTER = 200;
const BROKEN = 'holds half of a character, or one that was not UTF-8';

const isBroken = (text: string): boolean => !text.isWellFormed() || text.includes('\ufffd');

/** Texts and names of fields that cannot be stored; without recursion, for a body may nest as deep as it is long. */
const brokenTexts = (body: unknown): ProblemPlace[] => {
  const places: ProblemPlace[] = [];
  const left: [at: string, key: string, value: unknown][] = [['', '', body]];
  for (let next = left.pop(); next && places.length < MAX_ERRORS; next = left.pop()) {
    const [at, key, value] = next;
    if (isBroken(key) || (typeof value === 'string' && isBroken(value)))
      places.push({ pointer: at.slice(0, MAX_POINTER), detail: BROKEN });
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) left.push([at + pointer([name]), name, inner]);
  }
  return places;
};

/** Where bytes were not UTF-8, API Gateway has put U+FFFD; half of a character can only be an escape. */
const MAY_BE_BROKEN = /\ufffd|\\u[dD][89a-fA-F]/;

/**
 * The JSON of a request. Without `anyText` its texts are such as can be stored.
 * @throws {Problem} `validation`
 */
export const parseJson = (body: string, anyText: boolean): unknown => {
  const text = body.replace(/^\ufeff/, '');
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('validation', `The body is not JSON: ${String(error)}`, {
      errors: [{ pointer: '', detail: 'must be JSON' }],
    });
  }
  const errors = anyText || !MAY_BE_BROKEN.test(text) ? [] : brokenTexts(value);
  const [first] = errors;
  if (first)
    throw new Problem('validation', `The body is not valid: ${first.pointer} ${first.detail}`, { errors });
  return value;
};
