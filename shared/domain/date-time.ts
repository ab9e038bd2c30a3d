/** Making one takes a hundred times as long as using it, and an edition has one date for all its readers. */
const MAX_KEPT = 100;
const kept = new Map<string, Intl.DateTimeFormat>();

const formatOf = (language: string, timeZone: string): Intl.DateTimeFormat => {
  const key = `${language} ${timeZone}`;
  const known = kept.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
    timeZoneName: 'short',
  });
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, made);
  return made;
};

/** Date and time of day as a language says them, by the clocks of a zone, which it names. */
export const dateTime = (ms: number, language: string, timeZone: string): string =>
  formatOf(language, timeZone).format(ms);
