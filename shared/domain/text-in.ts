/** A text by language tag, or one for all of them: in a language, else in English, else in any there is. */
export const textIn = (texts: Readonly<Record<string, string>> | string, language: string): string =>
  typeof texts === 'string' ? texts : (texts[language] ?? texts['en'] ?? Object.values(texts)[0] ?? '');
