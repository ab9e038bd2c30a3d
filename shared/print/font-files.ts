/** Files in fonts/, in the order in which a sign is looked for: Noto Sans, and Noto Sans SC for Chinese. */
export const fontFiles = [
  'latin.woff',
  'latin-ext.woff',
  'vietnamese.woff',
  'cyrillic.woff',
  'cyrillic-ext.woff',
  'greek.woff',
  'greek-ext.woff',
  'devanagari.woff',
  'chinese-simplified.woff',
] as const;
