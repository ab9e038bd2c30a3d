import * as z from 'zod/mini';

/** Settings that say yes or no. */
const FLAGS = ['LOOPBACK_WEBHOOKS'] as const;
type Flag = (typeof FLAGS)[number];

export type Settings<Name extends string> = {
  readonly [Key in Name]: Key extends Flag ? boolean : string;
};

const flag = z._default(z.stringbool(), false);
const url = z.url();
const text = z.string().check(z.minLength(1));

const isFlag = (name: string): boolean => FLAGS.some((one) => one === name);

/** A setting's name says what it holds: an address, a flag or text. */
const schemaOf = (name: string) => {
  if (isFlag(name)) return flag;
  return name.endsWith('_URL') || name === 'ISSUER' ? url : text;
};

/**
 * The settings that a function names in its function.ts, parsed.
 * @throws when one is missing or malformed, naming it: a function that is wired wrongly must not start.
 */
export const readEnv = <const Name extends string>(
  names: readonly Name[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings<Name> => {
  const parsed: Record<string, unknown> = {};
  for (const name of names) {
    const result = schemaOf(name).safeParse(environment[name]);
    if (!result.success) throw new Error(`setting ${name}: ${z.prettifyError(result.error)}`);
    parsed[name] = result.data;
  }
  if (!holdsAll(parsed, names)) throw new Error('unreachable: every name was parsed');
  return parsed;
};

const holdsAll = <Name extends string>(
  parsed: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): parsed is Settings<Name> => names.every((name) => name in parsed);
