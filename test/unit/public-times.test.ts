import { describe, expect, it } from 'vitest';
import { timeFrom } from '../../functions/public-pages/words/words.ts';

describe('a time on a public page', () => {
  const now = Date.parse('2026-07-04T14:30:00.000Z');
  it('is of today, by the clocks of the venue, where it does not say another day', () => {
    expect(timeFrom(now, Date.parse('2026-07-04T15:00:00.000Z'), 'en', 'Asia/Shanghai')).toBe('23:00');
    expect(timeFrom(now, Date.parse('2026-07-04T17:00:00.000Z'), 'en', 'Asia/Shanghai')).toBe(
      'Sun, Jul 5 01:00',
    );
    expect(timeFrom(now, Date.parse('2026-07-04T17:00:00.000Z'), 'en', 'Europe/London')).toBe('18:00');
  });
});
