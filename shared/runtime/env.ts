import * as z from 'zod/mini';
import { type SettingName, type Settings, settings } from './env-names.ts';

/**
 * The settings that a function needs, parsed.
 * @throws when one is missing or malformed, naming it: a function that is wired wrongly must not start.
 */
export const readEnv = <const Names extends readonly SettingName[]>(
  names: Names,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings<Names> => {
  const parsed: Partial<Record<SettingName, unknown>> = {};
  for (const name of names) {
    const result = settings[name].safeParse(environment[name]);
    if (!result.success) throw new Error(`setting ${name}: ${z.prettifyError(result.error)}`);
    parsed[name] = result.data;
  }
  return narrow(parsed, names);
};

const narrow = <Names extends readonly SettingName[]>(
  parsed: Partial<Record<SettingName, unknown>>,
  names: Names,
): Settings<Names> => {
  if (!holdsAll(parsed, names)) throw new Error('unreachable: every name was parsed');
  return parsed;
};

const holdsAll = <Names extends readonly SettingName[]>(
  parsed: Partial<Record<SettingName, unknown>>,
  names: Names,
): parsed is Settings<Names> => names.every((name) => name in parsed);
