import { decide, type Question } from './admission.ts';
import type { RecordedScan } from './scan.ts';

/**
 * What is written without having read the record, and the state of it that the write is conditional on:
 * right for nearly every scan, so that nearly every scan costs one write.
 */
export const guess = (
  question: Question,
): { scan: RecordedScan; expected: 'outside' | 'inside' | 'never-admitted' | 'anything' | 'unseen' } => {
  const { scan: kept } = decide(undefined, question);
  if (kept.refused !== null) return { scan: kept, expected: 'unseen' };
  if (kept.direction === 'exit')
    return {
      scan: { ...kept, conflict: kept.conflict === 'not_inside' ? null : kept.conflict },
      expected: 'inside',
    };
  switch (question.reentry) {
    case 'after-exit':
      return { scan: kept, expected: 'outside' };
    case 'never':
      return { scan: kept, expected: 'never-admitted' };
    case 'always':
      return { scan: kept, expected: 'anything' };
  }
};
