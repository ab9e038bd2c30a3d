import type { Reporter, TestModule } from 'vitest/node';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
}

/** Ends the run with the number of tests by kind: the folders below test/. */
export default class KindsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const kinds = new Map<string, Tally>();
    const total: Tally = { passed: 0, failed: 0, skipped: 0, seconds: 0 };
    for (const module of modules) {
      const kind = /[\\/]test[\\/]([^\\/]+)[\\/]/.exec(module.moduleId)?.[1] ?? 'other';
      const tally = kinds.get(kind) ?? { passed: 0, failed: 0, skipped: 0, seconds: 0 };
      kinds.set(kind, tally);
      const seconds = module.diagnostic().duration / 1000;
      tally.seconds += seconds;
      total.seconds += seconds;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        const outcome = state === 'pending' ? 'skipped' : state;
        tally[outcome] += 1;
        total[outcome] += 1;
      }
      if (!module.ok() && module.children.size === 0) {
        tally.failed += 1;
        total.failed += 1;
      }
    }
    console.log('\nkind        passed  failed  skipped  seconds');
    for (const [kind, tally] of [...kinds].sort(([a], [b]) => a.localeCompare(b))) {
      const cells = [tally.passed, tally.failed, tally.skipped].map((count) => String(count).padStart(6));
      console.log(`${kind.padEnd(10)}  ${cells.join('  ')}   ${tally.seconds.toFixed(1).padStart(7)}`);
    }
    console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  }
}
