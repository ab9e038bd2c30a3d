import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';
import { spreadOf } from './statistics.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

const metafile = z.object({
  outputs: z.record(
    z.string(),
    z.object({ bytes: z.number(), inputs: z.record(z.string(), z.object({ bytesInOutput: z.number() })) }),
  ),
});

const groups = {
  sdk: /node_modules\/(@aws-sdk|@smithy|@aws|@aws-crypto|mnemonist|obliterator|tslib|bowser|fast-xml-parser)\//,
  middy: /node_modules\/@middy\//,
  zod: /node_modules\/zod\//,
  otherLibraries: /node_modules\//,
  own: /^(functions|shared)\//,
} as const;
type Group = keyof typeof groups;

const groupOf = (input: string): Group => {
  if (groups.sdk.test(input)) return 'sdk';
  if (groups.middy.test(input)) return 'middy';
  if (groups.zod.test(input)) return 'zod';
  return groups.otherLibraries.test(input) ? 'otherLibraries' : 'own';
};

const kilobytes = (bytes: number): number => Math.round(bytes / 100) / 10;

/** What the deployed bundle of a function is made of, in kB of minified code. */
export const bundleSizes = (name: string) => {
  const file = join(root, 'dist', 'functions', `${name}.meta.json`);
  const { outputs } = metafile.parse(JSON.parse(readFileSync(file, 'utf8')));
  const [output] =
    Object.entries(outputs)
      .find(([path]) => path.endsWith('.mjs'))
      ?.slice(1) ?? [];
  if (!output || typeof output === 'string') throw new Error(`${name} has no bundle`);
  const bytes: Record<Group, number> = { sdk: 0, middy: 0, zod: 0, otherLibraries: 0, own: 0 };
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs))
    bytes[groupOf(input)] += bytesInOutput;
  return {
    total: kilobytes(output.bytes),
    sdk: kilobytes(bytes.sdk),
    own: kilobytes(bytes.own),
    middy: kilobytes(bytes.middy),
    zod: kilobytes(bytes.zod),
    otherLibraries: kilobytes(bytes.otherLibraries),
  };
};

const BARE_HANDLER = `
  import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient({});
  export const handler = (event) => client.send(new UpdateItemCommand(event));
`;

/** The least that a function which writes to DynamoDB can be, bundled as ours are. */
const bundleBareHandler = async (folder: string): Promise<string> => {
  const outfile = join(folder, 'bare.mjs');
  await build({
    stdin: { contents: BARE_HANDLER, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
  return outfile;
};

const settings = {
  AWS_REGION: 'us-east-1',
  ATTENDANCE_TABLE: 'attendance',
  COUNTS_TABLE: 'counts',
  REGISTRY_TABLE: 'registry',
};

/** From asking for the module to having its handler, in a new process, in ms. */
const loadMs = async (script: string, file: string): Promise<number> => {
  const { stdout } = await run(process.execPath, [script, pathToFileURL(file).href], {
    env: { ...process.env, ...settings },
  });
  return z.coerce.number().positive().parse(stdout.trim());
};

/** Module load of the check-in bundle against that of a bare handler, in new processes, in turns. */
export const measureModuleLoad = async (folder: string, repetitions: number) => {
  const bare = await bundleBareHandler(folder);
  const ours = join(root, 'dist', 'functions', 'check-in', 'index.mjs');
  const script = join(folder, 'load.mjs');
  writeFileSync(
    script,
    'const t = performance.now(); await import(process.argv[2]); console.log(performance.now() - t);',
  );
  // The first reads come from the disk.
  await loadMs(script, bare);
  await loadMs(script, ours);
  const pairs: { bare: number; ours: number }[] = [];
  for (let pair = 0; pair < repetitions; pair += 1)
    pairs.push({ bare: await loadMs(script, bare), ours: await loadMs(script, ours) });
  return {
    bareMs: spreadOf(
      pairs.map((pair) => pair.bare),
      1,
    ),
    oursMs: spreadOf(
      pairs.map((pair) => pair.ours),
      1,
    ),
    ratio: spreadOf(pairs.map((pair) => pair.ours / pair.bare)),
  };
};
