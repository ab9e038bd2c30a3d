import { defineConfig } from 'vitest/config';

/** Only to end what hangs: synthesizing takes a minute and more on a machine that is busy with something else. */
const common = { testTimeout: 180_000, hookTimeout: 180_000, pool: 'forks' as const };

export default defineConfig({
  test: {
    reporters: ['default', './test/support/kinds-reporter.ts'],
    maxWorkers: 3,
    projects: [
      {
        test: {
          ...common,
          name: 'parts',
          include: ['test/{unit,property,engine}/**/*.test.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'whole',
          include: ['test/{system,fault,browser,infra}/**/*.test.ts'],
          globalSetup: ['test/support/assembly.ts'],
        },
      },
    ],
  },
});
