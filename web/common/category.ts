import type { CommonWords } from '../words/en/common.ts';

/** What a category is called; one that an event made itself is called by its id. */
export const categoryText = ({ categories }: CommonWords, category: string | null): string =>
  category === null ? '' : (categories[category] ?? category);
