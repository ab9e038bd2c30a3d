import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HostError } from '../errors.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const MEGABYTES_OF_OUTPUT = 16;

/**
 * Synthesizes the deployment into a folder. In a process of its own: the CDK needs more memory than the whole
 * host, and needs it once.
 * @throws {HostError} `AssemblyUnreadable` with the CDK's last words
 */
export const synthesize = (outdir: string): Promise<void> =>
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
