import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestTurnout } from './turnout.ts';

const program = fileURLToPath(new URL('../../cli/turnout.mjs', import.meta.url));

/** Runs a command of `turnout` as somebody with this token would. */
export const shell = (
  { credentials }: TestTurnout,
  token: string,
  ...args: string[]
): Promise<{ failed: boolean; out: string; err: string }> => {
  const env = {
    ...process.env,
    TURNOUT_EVENT: 'gdec-2023',
    TURNOUT_URL: credentials.baseUrl,
    TURNOUT_TOKEN: token,
  };
  return new Promise((done) =>
    execFile(process.execPath, [program, ...args], { env }, (error, out, err) =>
      done({ failed: error !== null, out, err }),
    ),
  );
};
