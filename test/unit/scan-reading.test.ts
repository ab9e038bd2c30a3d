import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GONE_AFTER_MS, look, nothingInSight } from '../../web/scan/reading/sight.ts';
import { pressKey, wedgeAtRest } from '../../web/scan/reading/wedge.ts';

/** Presses keys with a pause before each, ms. */
const type = (presses: readonly (readonly [key: string, pauseMs: number])[]): string[] => {
  let state = wedgeAtRest;
  let at = 1_000;
  const codes: string[] = [];
  for (const [key, pauseMs] of presses) {
    at += pauseMs;
    const step = pressKey(state, { key, at });
    state = step.state;
    if (step.code !== null) codes.push(step.code);
  }
  return codes;
};

const typed = (code: string, pauseMs: number, end = 'Enter') =>
  [...code, end].map((key) => [key, pauseMs] as const);

describe('a keyboard-wedge scanner', () => {
  it('loses no badge and makes up none, however fast it types and whatever a person types between', () => {
    const code = fc.stringMatching(/^[A-Za-z0-9._-]{4,160}$/);
    const scanned = fc.record({
      code,
      pauseMs: fc.integer({ min: 0, max: 40 }),
      end: fc.constantFrom('Enter', 'Tab'),
    });
    const byHand = fc.array(
      fc.tuple(fc.constantFrom('a', 'x', ' ', 'Backspace', 'Enter'), fc.integer({ min: 90, max: 900 })),
      {
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(byHand, scanned), { maxLength: 8 }), (turns) => {
        const presses = turns.flatMap(([hand, { code: text, pauseMs, end }]) => [
          ...hand,
          ['Shift', 200] as const,
          ...typed(text, pauseMs, end),
        ]);
        // The first key of a code comes a moment after whatever came before it.
        const first = presses.map(([key, pause], index) =>
          presses[index - 1]?.[0] === 'Shift' ? ([key, 500] as const) : ([key, pause] as const),
        );
        expect(type(first)).toEqual(turns.map(([, { code: text }]) => text));
      }),
    );
  });

  it('is not torn by a key that is held back', () => {
    const presses = [...'T1.gdec-2023.B-1'].map((key, index) => [key, index === 7 ? 350 : 8] as const);
    expect(type([...presses, ['Enter', 8]])).toEqual(['T1.gdec-2023.B-1']);
  });

  it('takes nothing from a person who types', () => {
    expect(type(typed('T1.gdec-2023.B-1', 120))).toEqual([]);
  });

  it('hears a code whose letters need the shift key', () => {
    const presses = [...'T1.B-9'].flatMap((key) => [['Shift', 5] as const, [key, 5] as const]);
    expect(type([...presses, ['Enter', 5]])).toEqual(['T1.B-9']);
  });

  it('keeps what ends its code to itself, also where it ends it twice', () => {
    let state = wedgeAtRest;
    const keptFromPage = [...'T1.B-9', 'Enter', 'Enter', 'Tab'].map((key, index) => {
      const step = pressKey(state, { key, at: 1_000 + index * 8 });
      state = step.state;
      return step.isScanner;
    });
    expect(keptFromPage.slice(-3)).toEqual([true, true, true]);
    // A person's, at once or a moment later, is for the button that has the focus.
    expect(pressKey(state, { key: 'Tab', at: 1_100 }).isScanner).toBe(false);
    expect(pressKey(state, { key: 'Enter', at: 1_800 }).isScanner).toBe(false);
  });

  it('takes no run that is longer than any code', () => {
    expect(type(typed('x'.repeat(600), 1))).toEqual([]);
  });
});

describe('a code before the camera', () => {
  it('is one scan while it stays in view, and a new one when it comes back', () => {
    let { sight, appeared } = look(nothingInSight, ['A'], 0);
    expect(appeared).toEqual(['A']);
    for (let at = 40; at < 4_000; at += 40) {
      // Every third frame is blurred.
      ({ sight, appeared } = look(sight, at % 120 === 0 ? [] : ['A'], at));
      expect(appeared).toEqual([]);
    }
    ({ sight, appeared } = look(sight, [], 4_000 + GONE_AFTER_MS));
    ({ sight, appeared } = look(sight, ['A'], 4_040 + GONE_AFTER_MS));
    expect(appeared).toEqual(['A']);
  });

  it('does not hide the next badge, even while the last one is still there', () => {
    const first = look(nothingInSight, ['A'], 0);
    const second = look(first.sight, ['A', 'B', 'B'], 40);
    expect(second.appeared).toEqual(['B']);
    expect(look(second.sight, ['B'], 80).appeared).toEqual([]);
  });
});
