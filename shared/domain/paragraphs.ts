/** Paragraphs of a text: what empty lines part. */
export const paragraphsOf = (text: string): string[] =>
  text.split(/\r?\n\s*\n/).filter((part) => part.trim() !== '');
