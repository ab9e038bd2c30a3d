import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploy } from './deployment.ts';
import { startEmulator } from './emulator.ts';
import { mainJob } from './main-job.ts';

// The synthesized templates on an emulator of AWS that we did not write: needs Python 3 with venv and its registry.

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const folder = await mkdtemp(join(tmpdir(), 'turnout-emulator-'));
try {
  const emulator = await startEmulator(join(folder, 'venv'), say);
  try {
    const startedAt = performance.now();
    const { stacks, ...place } = await deploy(emulator, folder, say);
    const deployedMs = Math.round(performance.now() - startedAt);
    const done = await mainJob(emulator, { ...place, folder }, say);
    console.table({ stacks, deployedMs, ...done });
  } finally {
    await emulator.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
