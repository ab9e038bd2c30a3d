import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import * as z from 'zod';

const packageJson = z.object({ version: z.string() });

const versionOf = (name: string): string => {
  try {
    return packageJson.parse(createRequire(import.meta.url)(`${name}/package.json`)).version;
  } catch {
    return 'absent';
  }
};

const fileSystem = (folder: string): string => {
  try {
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, at = '']) => folder.startsWith(at))
      .sort(([, a = ''], [, b = '']) => b.length - a.length);
    return mounts[0]?.[2] ?? 'unknown';
  } catch {
    return 'unknown';
  }
};

/** What a figure can only be read with. `dataFolder`: on its disk every commit waits for an fsync. */
export const describeMachine = (dataFolder: string) => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 2 ** 30),
  system: `${process.platform} ${process.arch} ${release()}`,
  fileSystem: fileSystem(dataFolder),
  node: process.version,
  engine: `dynoxide ${versionOf(`@dynoxide/${process.platform}-${process.arch}`)}`,
  sdk: `@aws-sdk/client-dynamodb ${versionOf('@aws-sdk/client-dynamodb')}`,
  loadAtStart: loadavg().map((load) => Math.round(load * 100) / 100),
});
export type Machine = ReturnType<typeof describeMachine>;
