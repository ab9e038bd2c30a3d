import * as z from 'zod/mini';
import { written } from './values.ts';

/** A text by BCP 47 language tag, e.g. `{"en": "Main forum", "zh": "主论坛"}`. */
export const languageTag = z
  .string()
  .check(z.maxLength(35), z.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 language tag'));
export const textByLanguage = z
  .record(languageTag, written(300))
  .check(z.refine((texts) => Object.keys(texts).length > 0, 'must have a text in at least one language'))
  .register(z.globalRegistry, { id: 'TextByLanguage', minProperties: 1 });

/** A text in a language that goes without saying. */
export const plainText = written(300);

/** Whether it is a name of the IANA's; an offset such as +02:00, which Intl takes too, is none. */
export const isTimeZone = (name: string): boolean => {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
};

/** IANA time zone name; older names of zones are taken as well as those that the document lists. */
export const timeZone = z
  .string()
  .check(z.refine(isTimeZone, 'must be an IANA time zone such as Asia/Shanghai'))
  .register(z.globalRegistry, { id: 'TimeZone' });
