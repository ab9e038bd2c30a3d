import { expect, test, vi } from 'vitest';

// What the module asks of a browser as it is loaded.
vi.mock('../../web/common/format.ts', () => ({ locale: 'en-GB' }));
const { zoneMark } = await import('../../web/organizer/parts/zone.ts');

test('times of a venue whose clocks are others than those of this device say of which zone they are', () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(zoneMark('2023-07-05T10:00:00.000Z', here)).toBe('');
  expect(zoneMark('2023-07-05T10:00:00.000Z', undefined)).toBe('');
  expect(zoneMark('2023-07-05T10:00:00.000Z', 'Pacific/Kiritimati')).toBe(' GMT+14');
});
