import { existsSync, readdirSync } from 'node:fs';
import { bundleFunctions } from './bundle.ts';
import { type ReadManifest, readManifest } from './manifest.ts';

export interface DeployedFunction {
  readonly manifest: ReadManifest;
  /** Folder of its bundle. */
  readonly bundle: string;
}

/**
 * The functions to deploy, bundled: every folder of `functions` with an index.ts.
 * @throws when a folder has no function.ts, since nobody has decided what that function may do and cost
 */
export const readFunctions = async (
  functions: URL,
  dist: string,
): Promise<ReadonlyMap<string, DeployedFunction>> => {
  const names = readdirSync(functions)
    .filter((name) => existsSync(new URL(`${name}/index.ts`, functions)))
    .toSorted();
  const bundles = await bundleFunctions(names, dist);
  const found = new Map<string, DeployedFunction>();
  for (const name of names) {
    const file = new URL(`${name}/function.ts`, functions);
    const bundle = bundles.get(name);
    if (bundle === undefined) throw new Error(`functions/${name} was not bundled`);
    found.set(name, {
      manifest: readManifest(`functions/${name}/function.ts`, await import(file.href)),
      bundle,
    });
  }
  return found;
};
