import { MAX_ERRORS, Problem, pointer } from '../contract/problem.ts';
import type { ProblemPlace } from '../contract/problem-details.ts';

interface Node {
  readonly value: unknown;
  readonly key: string;
  readonly parent: Node | undefined;
}

/** An answer stays small, however deep a stranger nests. */
const MAX_DEPTH_NAMED = 20;

const pointerOf = (node: Node): string => {
  const path: string[] = [];
  for (let at: Node | undefined = node; at?.parent; at = at.parent) path.push(at.key);
  return pointer(path.reverse().slice(0, MAX_DEPTH_NAMED));
};

/** Texts and names of fields with half of a character; without recursion, for a body may nest as deep as it is long. */
const brokenTexts = (body: unknown): ProblemPlace[] => {
  const places: ProblemPlace[] = [];
  const left: Node[] = [{ value: body, key: '', parent: undefined }];
  for (let node = left.pop(); node && places.length < MAX_ERRORS; node = left.pop()) {
    const { value, key } = node;
    if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) {
      places.push({ pointer: pointerOf(node), detail: 'holds half of a character (a lone surrogate)' });
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, inner] of Object.entries(value)) left.push({ value: inner, key: name, parent: node });
  }
  return places;
};

const unreadable = (what: string, detail: string) =>
  new Problem('validation', `The body ${what}`, { errors: [{ pointer: '', detail }] });

/** Only an escape can hold half of a character: bytes that do are not UTF-8. */
const MAY_BE_BROKEN = /\\u[dD][89a-fA-F]/;

/**
 * The JSON of a request. Without `anyText` its texts are such as can be stored: API Gateway hands a body over as
 * UTF-8, so U+FFFD stands where a letter of another encoding was lost.
 * @throws {Problem} `validation`
 */
export const parseJson = (body: string, anyText: boolean): unknown => {
  const text = body.replace(/^\ufeff/, '');
  if (text === '') return undefined;
  if (!anyText && text.includes('\ufffd')) {
    throw unreadable('has characters that are not UTF-8: send it as UTF-8', 'must be UTF-8');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    throw unreadable(`is not JSON: ${why}`, 'must be JSON');
  }
  if (anyText || !MAY_BE_BROKEN.test(text)) return value;
  const errors = brokenTexts(value);
  const [first] = errors;
  if (first)
    throw new Problem('validation', `The body is not valid: ${first.pointer} ${first.detail}`, { errors });
  return value;
};
