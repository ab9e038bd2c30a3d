#!/usr/bin/env node
// Runs the command on the Node that is installed as a dependency: the machine's own may not read TypeScript.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const main = fileURLToPath(new URL('main.ts', import.meta.url));
const { status, error } = spawnSync(existsSync(installed) ? installed : process.execPath, [main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
if (error) console.error(error.message);
process.exitCode = status ?? 1;
