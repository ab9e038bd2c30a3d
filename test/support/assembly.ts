import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/assembly/synthesize.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the deployment, synthesized once for the whole run. */
    assembly: string;
  }
}

/** Synthesizes once for all tests that run the real deployment on the host. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'turnout-assembly-'));
  await synthesize(folder);
  project.provide('assembly', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
