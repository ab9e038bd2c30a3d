import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, runInThisContext } from 'node:vm';
import * as z from 'zod';
import { errorCode } from '../errors.ts';

const importer = z.custom<(url: string) => Promise<unknown>>((value) => typeof value === 'function');
const SOURCE = '(url) => import(url)';
const plain = importer.parse(new Function(`return ${SOURCE}`)());
let fromMainContext: ((url: string) => Promise<unknown>) | undefined;

/**
 * Node's own import(), also under a test runner that puts its own in its place: bundles and packages
 * must load as they are, at full speed. Code that such a runner compiled cannot import natively, which
 * Node says by an error; the way around it is experimental and warns, so it is the second one.
 */
export const nativeImport = async (url: string): Promise<unknown> => {
  if (!fromMainContext) {
    try {
      return await plain(url);
    } catch (error) {
      if (errorCode(error) !== 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING') throw error;
      const loader = { importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER };
      fromMainContext = importer.parse(runInThisContext(SOURCE, loader));
    }
  }
  return fromMainContext(url);
};

/** URL of a file inside a package, past its `exports`. */
export const packageFile = (name: string, file: string): string => {
  const manifest = findPackageJSON(name, import.meta.url);
  if (!manifest) throw new Error(`package ${name} is not installed: run npm ci`);
  return pathToFileURL(join(dirname(manifest), file)).href;
};
