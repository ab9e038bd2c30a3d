import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';

/**
 * Rules of the house that no type checks. Each list of exceptions is exact: whoever mends one takes its
 * line out.
 */
const LARGE_FILES: readonly string[] = [];
const LONG_FUNCTIONS: readonly string[] = [];
const BUSY_WIRING: readonly string[] = [];
const STRAYS: readonly string[] = [];
const CIRCLES: readonly string[] = [];

const FOLDERS = ['shared', 'functions', 'infra', 'local', 'cli', 'rehearse', 'web'];
const MAX_FILE_LINES = 250;
const MAX_FUNCTION_LINES = 70;
const MAX_WIRING_LINES = 4;

const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...FOLDERS], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file))
  .flatMap((file) => {
    try {
      return [{ file, text: readFileSync(file, 'utf8') }];
    } catch {
      // Removed, and not yet committed.
      return [];
    }
  });

const IMPORT = /^(?:import|export)\b[^;'"]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;

/** What a file imports, types too: paths from the root, and packages by name. */
const importsOf = ({ file, text }: { file: string; text: string }): string[] =>
  [...text.matchAll(IMPORT)].flatMap(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic;
    if (name === undefined) return [];
    return name.startsWith('.') ? normalize(join(dirname(file), name)) : name;
  });

const graph = new Map(sources.map((source) => [source.file, importsOf(source)]));

const longFunctions = (maxLines: number, ...paths: string[]): string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'turnout-house-'));
  try {
    const rules = { complexity: { noExcessiveLinesPerFunction: { level: 'error', options: { maxLines } } } };
    writeFileSync(join(folder, 'biome.json'), JSON.stringify({ linter: { rules } }));
    const { stdout } = spawnSync(
      'node_modules/.bin/biome',
      [
        'lint',
        '--only=complexity/noExcessiveLinesPerFunction',
        '--max-diagnostics=none',
        '--reporter=json',
        `--config-path=${folder}`,
        ...paths,
      ],
      { encoding: 'utf8' },
    );
    const { diagnostics, summary } = z
      .object({
        summary: z.object({ unchanged: z.number() }),
        diagnostics: z.array(z.object({ location: z.object({ path: z.string() }) })),
      })
      .parse(JSON.parse(stdout));
    expect(summary.unchanged).toBeGreaterThanOrEqual(paths.length);
    return diagnostics.map(({ location }) => location.path).toSorted();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Packages and folders that only some may import: `<who may> <what>`. */
const mayImport = (file: string, imported: string): boolean => {
  if (file.startsWith('shared/domain/')) return imported.startsWith('shared/domain/');
  if (/^@aws-sdk\/(client|lib)-dynamodb$/.test(imported)) {
    return /^(shared\/store\/|shared\/runtime\/clients\.ts$|local\/|infra\/)/.test(file);
  }
  const ownFolder = /^functions\/[^/]+\//.exec(file)?.[0];
  if (ownFolder && /^(functions|infra|local|cli|rehearse|web)\//.test(imported)) {
    return (
      imported.startsWith(ownFolder) || (file.endsWith('/function.ts') && imported === 'infra/manifest.ts')
    );
  }
  if (file.startsWith('shared/')) return !/^(functions|infra|local|cli|rehearse|web)\//.test(imported);
  return true;
};

test('a file is read in one go: at most 250 lines', () => {
  const large = sources.filter(({ text }) => text.split('\n').length - 1 > MAX_FILE_LINES);
  expect(large.map(({ file }) => file).toSorted()).toEqual(LARGE_FILES.toSorted());
});

test('a function is seen whole: at most 70 lines', () => {
  const folders = FOLDERS.filter((folder) => sources.some(({ file }) => file.startsWith(`${folder}/`)));
  expect(longFunctions(MAX_FUNCTION_LINES, ...folders)).toEqual(LONG_FUNCTIONS.toSorted());
});

test('index.ts wires and does nothing: there is nothing in it to test', () => {
  const wiring = sources.map(({ file }) => file).filter((file) => /^functions\/[^/]+\/index\.ts$/.test(file));
  expect(wiring.length).toBeGreaterThan(15);
  expect(longFunctions(MAX_WIRING_LINES, ...wiring)).toEqual(BUSY_WIRING.toSorted());
});

test('each imports only what it may: rules nothing, functions no other function, and the store alone the tables', () => {
  const strays = [...graph].flatMap(([file, imported]) =>
    imported.filter((one) => !mayImport(file, one)).map((one) => `${file} ${one}`),
  );
  expect(strays.toSorted()).toEqual(STRAYS.toSorted());
});

const endless = (text: string): string[] =>
  [...text.matchAll(/new \w+Client\((?!deadlines\)|deadlinesOf\(|\{\s+\.\.\.deadlines,)[^\n]*/g)].map(
    ([made]) => made,
  );

test('a call to AWS ends in time: every client of a function is made with deadlines', () => {
  const made = sources.filter(({ file }) => /^(functions|shared)\//.test(file));
  expect(made.flatMap(({ file, text }) => endless(text).map((one) => `${file} ${one}`))).toEqual([]);
});

test('imports go one way: no file is needed by what it needs', () => {
  expect(circles(graph)).toEqual(CIRCLES);
});

/** Groups of files that import each other, directly or not (Tarjan), each as one line. */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const order = new Map<string, number>();
  const stack: string[] = [];
  const found: string[] = [];
  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    stack.push(file);
    let lowest = index;
    for (const next of edges.get(file) ?? []) {
      if (!edges.has(next)) continue;
      if (!order.has(next)) lowest = Math.min(lowest, visit(next));
      else if (stack.includes(next)) lowest = Math.min(lowest, order.get(next) ?? lowest);
    }
    if (lowest === index) {
      const group = stack.splice(stack.indexOf(file));
      if (group.length > 1) found.push(group.toSorted().join(' '));
    }
    return lowest;
  };
  for (const file of edges.keys()) if (!order.has(file)) visit(file);
  return found.toSorted();
}

test('the guard sees what it should: a circle, a stray and a long function are found', () => {
  expect(circles(new Map(Object.entries({ a: ['b'], b: ['c'], c: ['a', 'd'], d: [] })))).toEqual(['a b c']);
  expect(mayImport('shared/domain/scan.ts', 'zod/mini')).toBe(false);
  expect(mayImport('functions/count/count.ts', 'functions/watch/watch.ts')).toBe(false);
  expect(mayImport('functions/count/count.ts', '@aws-sdk/client-dynamodb')).toBe(false);
  expect(endless('new SNSClient({ maxAttempts: 9 }); new SQSClient(deadlines)')).toHaveLength(1);
  expect(graph.get('functions/count/index.ts')).toContain('shared/runtime/env.ts');
  expect(longFunctions(3, 'functions/watch/watch.ts').length).toBeGreaterThan(0);
});
