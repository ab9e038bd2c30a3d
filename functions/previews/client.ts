const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const SYSTEMS = [
  ['iPhone', 'iOS'],
  ['iPad', 'iPadOS'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Macintosh', 'macOS'],
  ['Linux', 'Linux'],
] as const;

const nameIn = (names: typeof BROWSERS | typeof SYSTEMS, agent: string): string | undefined =>
  names.find(([mark]) => agent.includes(mark))?.[1];

/** Which kind of program it was: enough to tell a reader from a mail scanner, and not who it is. */
export const coarseClient = (userAgent: string | undefined): string => {
  const agent = userAgent ?? '';
  const known = [nameIn(BROWSERS, agent), nameIn(SYSTEMS, agent)].filter((name) => name !== undefined);
  return known.length === 0 || /bot|crawl|spider|preview/i.test(agent) ? 'a program' : known.join(', ');
};
