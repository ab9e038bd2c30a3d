import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { synthesize } from '../../local/assembly/synthesize.ts';
import { buildPages } from '../../local/http/pages.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of the deployment, synthesized once for the whole run. */
    assembly: string;
  }
}

/** Synthesizes, and builds the pages, once for all tests that run the real deployment on the host. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'turnout-assembly-'));
  await Promise.all([synthesize(folder), buildPages()]);
  project.provide('assembly', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
