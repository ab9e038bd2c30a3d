import { describe, expect, test } from 'vitest';
import { Ledger } from '../../rehearse/ledger.ts';
import type { CrowdScan } from '../../rehearse/requests.ts';
import { aScan } from './rehearse-fixtures.ts';

const MINUTE_MS = 60_000;
const at = (minutes: number, change: Partial<CrowdScan> = {}) =>
  aScan({ atMs: minutes * MINUTE_MS, scannedMs: minutes * MINUTE_MS, ...change });
const admitted = { outcome: 'admitted', reason: null, conflicts: [null] };

const tell = (...scans: readonly CrowdScan[]) => {
  const ledger = new Ledger();
  return {
    answers: scans.map((scan) => ledger.decide(scan)),
    counts: ledger.counts().get('opening-ceremony'),
  };
};

describe('a rehearsal that passes means that the door followed the contract', () => {
  test('a second entry while inside is refused, after an exit it is admitted', () => {
    const { answers, counts } = tell(at(0), at(1), at(2, { direction: 'exit' }), at(3));
    expect(answers.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      'admitted',
      'already_inside',
      'left',
      'admitted',
    ]);
    expect(counts).toMatchObject({ inside: 1, attended: 1, entries: 2, exits: 1, refused: 1 });
    expect(counts?.byCategory.get('delegate')).toEqual({ inside: 1, attended: 1 });
  });

  test('a scan sent again has its first answer and counts once, even a refusal after the person left', () => {
    const refused = at(1);
    const { answers, counts } = tell(at(0), refused, at(2, { direction: 'exit' }), refused);
    expect(answers[3]).toEqual(answers[1]);
    expect(counts).toMatchObject({ inside: 0, entries: 1, exits: 1, refused: 1 });
  });

  test('codes of nobody, forged and revoked ones are refused and count as refusals only', () => {
    const { answers, counts } = tell(
      at(0, { badge: null, code: 'X1', standing: 'unknown' }),
      at(1, { badge: null, code: 'X2', standing: 'forged' }),
      at(2, { standing: 'revoked' }),
    );
    expect(answers.map(({ reason }) => reason)).toEqual(['unknown_badge', 'forged_badge', 'revoked_badge']);
    expect(counts).toMatchObject({ inside: 0, attended: 0, entries: 0, refused: 3 });
  });

  test('an exit without an entry is accepted with a conflict and nobody is inside', () => {
    const { answers, counts } = tell(at(0, { direction: 'exit' }));
    expect(answers).toEqual([{ outcome: 'left', reason: null, conflicts: ['not_inside'] }]);
    expect(counts).toMatchObject({ inside: 0, attended: 0, exits: 1 });
  });

  test('what a device decided offline is a fact, with the conflict that there was', () => {
    const { answers, counts } = tell(at(0), at(1, { admittedOffline: true }));
    expect(answers).toEqual([admitted, { outcome: 'admitted', reason: null, conflicts: ['already_inside'] }]);
    expect(counts).toMatchObject({ inside: 1, attended: 1, entries: 2 });
  });

  test('a late upload never undoes a newer scan', () => {
    const { counts } = tell(at(10, { direction: 'exit' }), at(0, { admittedOffline: true }));
    expect(counts).toMatchObject({ inside: 0, attended: 1, entries: 1, exits: 1 });
  });

  test('where arrival and reading disagree on a conflict either is right', () => {
    const { answers } = tell(at(5), at(0, { admittedOffline: true }));
    expect(answers[1]?.conflicts).toEqual(['already_inside', null]);
  });

  test('an offline entry just before another entry may be a conflict though the person has left since', () => {
    const { answers } = tell(at(5), at(8, { direction: 'exit' }), at(0, { admittedOffline: true }));
    expect(answers[2]?.conflicts).toEqual([null, 'already_inside']);
  });
});
