const protocols: Readonly<Record<string, string>> = {
  email: 'E-mail',
  webhook: 'Webhook',
  push: 'Push',
  https: 'SNS, https',
  sqs: 'SNS, queue',
  sns: 'SNS',
};

/** Causes that the API tells, by what they begin with. */
const causes: Readonly<Record<string, string>> = {
  bounced: 'The mail came back',
  complaint: 'The reader complained',
  'SES rejected it': 'The mail service rejected it',
  answered: 'The receiver answered with an error',
  'it is not https': 'Its address is not https',
  'its address is not public': 'Its address is not public',
  'this deployment does not send by this channel': 'This deployment does not send by this channel',
  unknown: 'The cause is not known',
  'other causes': 'Other causes',
};

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
  protocols,
  causesTitle: 'Why some did not get it',
  howMany: 'How many',
  deliveryStates: { failed: 'failed', again: 'tried again', suppressed: 'written to no more' },
  suppressedOnes: (count: string) =>
    count === '1' ? 'One is written to no more' : `${count} are written to no more`,
  causes,
};
export type OutgoingWords = typeof enOutgoing;
