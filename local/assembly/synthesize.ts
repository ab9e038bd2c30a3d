import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomically } from '../data-folder.ts';
import { HostError } from '../errors.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MEGABYTES_OF_OUTPUT = 16;

/** What the templates and bundles are made of. */
const SOURCES = ['infra', 'functions', 'shared', 'web', 'cdk.json', 'package-lock.json'];
const STAMP = 'sources.sha256';

const stampOfSources = (): string => {
  const hash = createHash('sha256');
  const add = (path: string): void => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name));
    else hash.update(`${relative(root, path)}\n`).update(readFileSync(path));
  };
  for (const source of SOURCES) add(join(root, source));
  return hash.digest('hex');
};

/**
 * Synthesizes the deployment into a folder, unless it is there from the same sources. In a process of its own: the CDK
 * needs more memory than the whole host, and needs it once.
 * @throws {HostError} `AssemblyUnreadable` with the CDK's last words
 */
export const synthesize = async (outdir: string): Promise<void> => {
  const stampFile = join(outdir, STAMP);
  const stamp = stampOfSources();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  rmSync(stampFile, { force: true });
  await runCdk(outdir);
  writeFileAtomically(stampFile, stamp);
};

const runCdk = (outdir: string): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['infra/app.ts'],
      {
        cwd: root,
        env: { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' },
        maxBuffer: MEGABYTES_OF_OUTPUT * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        if (!error) resolve();
        else
          reject(
            new HostError(
              'AssemblyUnreadable',
              `the deployment could not be synthesized:\n${stdout}${stderr}`,
              error,
            ),
          );
      },
    );
  });
