const categories: Readonly<Record<string, string>> = {
  delegate: 'Delegate',
  speaker: 'Speaker',
  vip: 'VIP',
  press: 'Press',
  staff: 'Staff',
  exhibitor: 'Exhibitor',
};

/** What more than one page says. */
export const common = {
  as: (role: string) => `Sign in as ${role}`,
  signIn: 'Sign in',
  roles: { organizer: 'organizer', viewer: 'viewer', press: 'press' },
  asOf: (time: string) => `as of ${time}`,
  until: (time: string) => `until ${time}`,
  category: 'Category',
  keep: 'Keep',
  print: 'Print',
  /** Of an event that has no others. */
  categories,
};
export type CommonWords = typeof common;
