import { defineConfig } from 'vitest/config';

const common = { testTimeout: 60_000, hookTimeout: 60_000, pool: 'forks' as const };

export default defineConfig({
  test: {
    reporters: ['default', './test/support/kinds-reporter.ts'],
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: 'parts',
          include: ['test/{unit,property,engine,infra}/**/*.test.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'whole',
          include: ['test/{system,fault,browser}/**/*.test.ts'],
          globalSetup: ['test/support/assembly.ts'],
        },
      },
    ],
  },
});
