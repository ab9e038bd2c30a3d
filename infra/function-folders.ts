import { existsSync, readdirSync } from 'node:fs';
import * as z from 'zod';
import { type SettingName, settings } from '../shared/runtime/env-names.ts';
import { type FunctionName, functionProfiles } from './function-profiles.ts';

/** The settings that each function names in its env.ts, by folder. */
export type FunctionFolders = ReadonlyMap<FunctionName, readonly SettingName[]>;

const isSetting = (name: string): name is SettingName => Object.hasOwn(settings, name);
const isFunction = (name: string): name is FunctionName => Object.hasOwn(functionProfiles, name);

const envModule = z.object({
  names: z.array(z.string().refine(isSetting, 'is not a setting of shared/runtime/env-names.ts')),
});

const readNames = async (folder: URL): Promise<readonly SettingName[]> => {
  const env: unknown = await import(new URL('env.ts', folder).href);
  const parsed = envModule.safeParse(env);
  if (!parsed.success) throw new Error(`${folder.pathname}env.ts: ${z.prettifyError(parsed.error)}`);
  return parsed.data.names.filter(isSetting);
};

/**
 * The functions to deploy: every folder with an index.ts.
 * @throws when a folder has no profile, since nobody has decided what that function may do and cost
 */
export const readFunctionFolders = async (functions: URL): Promise<FunctionFolders> => {
  const folders = new Map<FunctionName, readonly SettingName[]>();
  for (const name of readdirSync(functions).toSorted()) {
    const folder = new URL(`${name}/`, functions);
    if (!existsSync(new URL('index.ts', folder))) continue;
    if (!isFunction(name)) throw new Error(`functions/${name} has no entry in infra/function-profiles.ts`);
    folders.set(name, await readNames(folder));
  }
  return folders;
};
