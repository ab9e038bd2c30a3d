import type * as z from 'zod/mini';

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

const kindOf = (input: unknown): string =>
  (input === null ? kinds['null'] : Array.isArray(input) ? kinds['array'] : kinds[typeof input]) ??
  typeof input;

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item' };

/** Texts and lists have a size, with its unit; numbers are compared. */
const bound = (origin: string, least: 'at least' | 'at most', limit: number | bigint): string => {
  const unit = units[origin];
  return unit ? `must have ${least} ${limit} ${unit}${limit === 1 ? '' : 's'}` : `must be ${least} ${limit}`;
};

const formats: Readonly<Record<string, string>> = { url: 'a URL', email: 'a mail address', uuid: 'a UUID' };

const wantedOf = ({ expected }: Pick<z.core.$ZodIssueInvalidType, 'expected'>): string =>
  kinds[expected] ?? expected;

/** What a value may be where it may be of several kinds. */
const oneOfKinds = (forms: readonly (readonly z.core.$ZodIssue[])[]): string => {
  const wanted = forms.flatMap(([first]) => (first?.code === 'invalid_type' ? wantedOf(first) : []));
  return `must be ${wanted.join(' or ') || 'of another form'}`;
};

const wrongForm = (issue: z.core.$ZodRawIssue): string => {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = wantedOf(issue);
      const given = kindOf(issue.input);
      const isTold =
        issue.input === undefined || (typeof issue.input === 'number' && wanted.endsWith('number'));
      return isTold ? `must be ${wanted}` : `must be ${wanted}, not ${given}`;
    }
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
    case 'too_small':
      return bound(issue.origin, 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, 'at most', issue.maximum);
    case 'invalid_format':
      return issue.pattern && issue.format === 'regex'
        ? `must match ${issue.pattern}`
        : `must be ${formats[issue.format] ?? `of the format ${issue.format}`}`;
    case 'invalid_key':
      return `cannot be a name here: it ${issue.issues[0]?.message}`;
    case 'invalid_union':
      return oneOfKinds(issue.errors);
    default:
      return 'has a form that is not known here';
  }
};

/**
 * What is wrong with a field and what it may be, as words that follow the field's name. The small zod says
 * "Invalid input" of everything, and the sentences that it can load name neither what is missing nor what is wanted.
 */
export const whatIsWrong = (issue: z.core.$ZodRawIssue): string =>
  issue.input === undefined ? `is missing: it ${wrongForm(issue)}` : wrongForm(issue);
