import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** CommonJS packages call `require` for Node's own modules, which an ES module does not have. */
const REQUIRE_FOR_COMMONJS =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

const unchanged = (file: string, contents: Uint8Array): boolean => {
  try {
    return readFileSync(file).equals(contents);
  } catch {
    return false;
  }
};

/** Leaves an equal file alone, so that two builds at once do not read each other's half-written files. */
const write = (file: string, contents: Uint8Array): void => {
  if (unchanged(file, contents)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contents);
};

/** The part of the metafile that is about one output: what the bench reads sizes from. */
const metafileOf = (metafile: Metafile, entryPoint: string): Metafile => {
  const outputs = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint === entryPoint);
  const inputs = new Set(outputs.flatMap(([, output]) => Object.keys(output.inputs)));
  return {
    inputs: Object.fromEntries(Object.entries(metafile.inputs).filter(([input]) => inputs.has(input))),
    outputs: Object.fromEntries(outputs),
  };
};

/**
 * Bundles all functions by one run of esbuild: a run for each would cost seconds of every synth.
 *
 * Writes `<dist>/functions/<name>/index.mjs`, its source map beside it (kept out of the deployed package) and
 * `<dist>/functions/<name>.meta.json`.
 * @returns the folder of each function's bundle
 */
export const bundleFunctions = async (
  names: readonly string[],
  dist: string,
): Promise<ReadonlyMap<string, string>> => {
  const outdir = resolve(root, dist, 'functions');
  const entryOf = (name: string) => `functions/${name}/index.ts`;
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: entryOf(name), out: `${name}/index` })),
    outdir,
    write: false,
    metafile: true,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(root, 'shared/runtime/default-credentials.ts') },
    minify: true,
    treeShaking: true,
    legalComments: 'none',
    sourcemap: 'external',
    charset: 'utf8',
    banner: { js: REQUIRE_FOR_COMMONJS },
    logLevel: 'warning',
  });
  for (const { path, contents } of outputFiles) write(path, contents);
  for (const name of names) {
    const meta = JSON.stringify(metafileOf(metafile, entryOf(name)));
    write(join(outdir, `${name}.meta.json`), new TextEncoder().encode(meta));
  }
  return new Map(names.map((name) => [name, join(outdir, name)]));
};
