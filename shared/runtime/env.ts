/** Settings that say yes or no. */
const FLAGS = ['LOOPBACK_WEBHOOKS'] as const;
type Flag = (typeof FLAGS)[number];

export type Settings<Name extends string> = {
  readonly [Key in Name]: Key extends Flag ? boolean : string;
};

const isFlag = (name: string): boolean => FLAGS.some((one) => one === name);
const isAddress = (name: string): boolean => name.endsWith('_URL') || name === 'ISSUER';

/** A setting's name says what it holds: an address, a flag or text. Every function loads this: no schemas. */
const parsed = (name: string, value: string | undefined): string | boolean => {
  if (!value) throw new Error(`setting ${name}: is missing or empty`);
  if (isFlag(name)) {
    if (value !== 'true' && value !== 'false') throw new Error(`setting ${name}: must be true or false`);
    return value === 'true';
  }
  if (isAddress(name) && !URL.canParse(value)) throw new Error(`setting ${name}: must be an address`);
  return value;
};

/**
 * The settings that a function names in its function.ts, parsed.
 * @throws when one is missing or malformed, naming it: a function that is wired wrongly must not start.
 */
export const readEnv = <const Name extends string>(
  names: readonly Name[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings<Name> => {
  const read = Object.fromEntries(names.map((name) => [name, parsed(name, environment[name])]));
  if (!holdsAll(read, names)) throw new Error('unreachable: every name was parsed');
  return read;
};

const holdsAll = <Name extends string>(
  read: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): read is Settings<Name> => names.every((name) => name in read);
