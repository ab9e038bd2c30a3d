/** What goes out, and who sees it before. */
export const enOutgoing = {
  asItWillBe: 'As it will be',
  channels: { mail: 'Mail', page: 'Web page', push: 'On phones', webhook: 'Webhook (JSON)' },
  previewOf: (channel: string) => `Preview: ${channel}`,
  nothingWritten: 'Nothing is written yet.',
  subject: 'Subject:',
  embargo: 'Links under embargo',
  embargoHelp: 'Each link is for one reader and works until the announcement is published.',
  embargoFor: 'For (name, newspaper)',
  makeLink: 'Make a link',
  linkFor: (to: string) => `For ${to}; it is shown this once:`,
  validTo: 'Valid until',
  untilPublished: 'it is published',
  accesses: 'Opened',
  notOpened: 'not yet',
  opened: (count: number, last: string) => (count === 1 ? `once, ${last}` : `${count} times, last ${last}`),
};
export type OutgoingWords = typeof enOutgoing;
