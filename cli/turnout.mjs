#!/usr/bin/env node
// Runs the commands, which are TypeScript, with the Node that the project brings along: the machine's may be older.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST_MAJOR = 24;
const main = fileURLToPath(new URL('main.ts', import.meta.url));
const own = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const isNew = Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR;

if (isNew) await import('./main.ts');
else if (existsSync(own)) {
  const { status } = spawnSync(own, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  console.error(`Node ${OLDEST_MAJOR} or newer is needed: run npm ci in the project first`);
  process.exitCode = 1;
}
