import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs a command to its end. @throws with what it said when it fails */
export const inShell = async (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> => {
  try {
    await run(command, [...args], { env: { ...process.env, ...env }, maxBuffer: MOST_OUTPUT_BYTES });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new Error(`${command} ${args.join(' ')}: ${said.slice(-2_000) || String(error)}`, { cause: error });
  }
};
