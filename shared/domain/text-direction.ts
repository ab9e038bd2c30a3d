/** Languages that are written from right to left, where a tag names no other script. */
const RIGHT_TO_LEFT = new Set([
  'ar',
  'arc',
  'bal',
  'ckb',
  'dv',
  'fa',
  'he',
  'ks',
  'lrc',
  'mzn',
  'nqo',
  'ps',
  'sd',
  'syr',
  'ug',
  'ur',
  'yi',
]);
const RIGHT_TO_LEFT_SCRIPTS = new Set(['Adlm', 'Arab', 'Hebr', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']);

/** How a text in a language (BCP 47) is written: HTML's `dir`. */
export const directionOf = (language: string): 'ltr' | 'rtl' => {
  const [primary = '', ...rest] = language.toLowerCase().split('-');
  const [script] = rest.filter((part) => /^[a-z]{4}$/.test(part));
  const named = script && script[0]?.toUpperCase() + script.slice(1);
  return (named === undefined ? RIGHT_TO_LEFT.has(primary) : RIGHT_TO_LEFT_SCRIPTS.has(named))
    ? 'rtl'
    : 'ltr';
};
