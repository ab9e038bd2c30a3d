const problems: Readonly<Record<string, string>> = {
  validation: 'Something here is not right yet.',
  unauthorized: 'This sign-in is no longer accepted. Sign in again; what you have written stays.',
  forbidden: 'You may not do that with this sign-in.',
  'not-found': 'It is not there, or not any more.',
  conflict: 'It does not go together with what is stored.',
  'illegal-transition': 'That cannot be done in its present state.',
  'precondition-failed':
    'Somebody else changed this in the meantime. What is stored now is shown; look at it and try again.',
  'payload-too-large': 'It is too large.',
  'unsupported-media-type': 'This kind of file is not read here.',
  'too-many-requests': 'Too much at once. Wait a moment and try again.',
  internal: 'The server failed. Try again; if it goes on, tell whoever runs it.',
  unavailable: 'The server is busy. Try again in a moment.',
  unreachable: 'The server did not answer. Look whether it was done, and try again.',
};

/** What people call the fields that the API names. */
const fieldNames: Readonly<Record<string, string>> = {
  title: 'Title',
  body: 'Text',
  url: 'Link',
  publishAt: 'Time of publication',
  note: 'What was corrected',
  reason: 'Reason',
  name: 'Name',
  role: 'Role',
  to: 'For whom',
  sessions: 'Sessions',
  capacity: 'Capacity',
  startsAt: 'Begin',
  endsAt: 'End',
  opensAt: 'Doors open',
  closesAt: 'Admission ends',
  roomId: 'Room',
  continuesIn: 'It continues in',
  count: 'Number',
  category: 'Category',
  country: 'Country',
  company: 'Company',
  badgeId: 'Badge number',
  code: 'Code',
  search: 'Search',
  confirm: 'Confirmation',
  pairingCode: 'Pairing code',
  en: 'English',
  zh: '中文',
};

/** What the API answers when something cannot be done, by the stable code of its problem. */
export const problemWords = {
  problems,
  fieldNames,
  /** Of a code without words. */
  notDone: (why: string) => `That did not work: ${why}`,
};
export type ProblemWords = typeof problemWords;
