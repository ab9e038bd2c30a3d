/** Every sentence of the start page; other languages have the same, or do not compile. */
export const en = {
  skip: 'Skip to content',
  whatThisIs:
    'Badges are scanned at the doors, rooms fill on the organizer’s screen, outcomes go out when it is time.',
  noEvent: 'No event is loaded here yet. Start the host without --empty, or add ?event= with the id of one.',
  loading: 'Loading the programme',
  notShown: 'The programme cannot be shown now. The page tries again by itself.',
  doors: 'Where to go',
  organizerHelp: 'See rooms fill within a second, change capacities, pair the phones at the doors.',
  openOrganizer: 'Open the organizer’s screen',
  scanHelp: 'Make this phone a scanner: it pairs by a code and works without a network.',
  openScan: 'Open the scanner',
  apiHelp: 'Everything on these pages is done by an open API.',
  openApi: 'Read the OpenAPI document',
  programme: 'On now and next',
  localTime: (time: string) => `local time ${time}`,
  onNow: 'On now',
  ends: (time: string) => `ends ${time}`,
  nothingMore: 'Nothing more today or later.',
  announcements: 'Latest announcements',
  noNews: 'Nothing has been announced yet.',
  allAnnouncements: 'All announcements, and how to get them',
  roomsNow: 'How full the rooms are',
  feeds: 'Feeds',
  corrected: 'corrected',
  retracted: 'retracted',
};
export type Words = typeof en;
