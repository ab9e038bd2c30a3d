import { kindNames } from '../../../shared/domain/kind-names.ts';

const english: Readonly<Record<string, string>> = kindNames.en;

export const en = {
  announcements: 'Announcements',
  rooms: 'Rooms now',
  start: 'Programme',
  choose: 'Which event?',
  none: 'Nothing has been announced yet.',
  noneOfKind: 'Nothing of this kind has been announced yet.',
  kind: 'Kind',
  all: 'All kinds',
  show: 'Show',
  older: 'Older',
  newest: 'Newest',
  published: (at: string) => `Published ${at}`,
  corrected: (at: string) => `Corrected ${at}`,
  retracted: 'Retracted',
  retractedWhy: (reason: string) => `This was retracted: ${reason}`,
  more: 'Read it at its source',
  feeds: 'Feeds',
  subscribe: 'Get them sent to you',
  subscribeHelp:
    'Announcements arrive within seconds, corrections too. You confirm first, and can leave at any time.',
  channel: 'How',
  email: 'Mail',
  webhook: 'Webhook (Standard Webhooks)',
  endpoint: 'Mail address or URL',
  language: 'Language',
  kinds: 'Only these kinds (none chosen: all)',
  send: 'Subscribe',
  notify: 'Or as notifications on this device',
  others: 'Queues and SNS are subscribed to through the API:',
  notFound: 'There is nothing here',
  notFoundHelp: 'Perhaps it is not out yet, or the link is incomplete.',
  kindNames: english,
  asOf: (at: string) => `As of ${at}. The page looks again by itself.`,
  room: 'Room',
  session: 'Session',
  howFull: 'How full',
  until: (time: string) => `until ${time}`,
  from: (time: string) => `from ${time}`,
  levels: { free: 'Free', filling: 'Filling up', full: 'Full' },
  noRooms: 'Nothing is on now, or within the hour, in a room whose size is known.',
};

export type Words = typeof en;
