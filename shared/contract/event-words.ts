import * as z from 'zod/mini';
import { plainText, textByLanguage } from './texts.ts';
import { badgeCategory, sessionKind } from './values.ts';

const MAX_WORDS = 50;
const areDistinct = (words: readonly { readonly id: string }[]): boolean =>
  new Set(words.map(({ id }) => id)).size === words.length;
const wordTitle = z.union([textByLanguage, plainText]);

/** Categories of badges, in their order. */
export const categories = z
  .array(
    z.strictObject({
      id: badgeCategory,
      title: wordTitle,
      colour: z.optional(z.string().check(z.regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #0055aa'))),
    }),
  )
  .check(z.minLength(1), z.maxLength(MAX_WORDS), z.refine(areDistinct, 'names one id twice'));

/** Kinds of sessions, in their order; who is in an `entrance` is at its venue. */
export const kinds = z
  .array(z.strictObject({ id: sessionKind, title: wordTitle }))
  .check(z.minLength(1), z.maxLength(MAX_WORDS), z.refine(areDistinct, 'names one id twice'));
