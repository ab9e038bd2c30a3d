export interface CategoryLook {
  readonly title: string;
  /** `#rrggbb`; white text stands on it. */
  readonly colour: string;
}

/** Dark enough for white text (4.5 to 1) and told apart by their words, not by colour alone. */
export const categoryLooks: ReadonlyMap<string, CategoryLook> = new Map([
  ['delegate', { title: 'Delegate', colour: '#1d4f91' }],
  ['speaker', { title: 'Speaker', colour: '#8a2c0d' }],
  ['vip', { title: 'VIP', colour: '#5b2a86' }],
  ['press', { title: 'Press', colour: '#0b6b4f' }],
  ['staff', { title: 'Staff', colour: '#3c3c3c' }],
  ['exhibitor', { title: 'Exhibitor', colour: '#7a5300' }],
]);

/** Of a category that nobody gave a look: its own name on grey. */
export const lookOf = (
  category: string,
  looks: ReadonlyMap<string, CategoryLook> = categoryLooks,
): CategoryLook => looks.get(category) ?? { title: category, colour: '#3c3c3c' };
