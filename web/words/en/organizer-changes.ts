/** What a session becomes, and how an event ends. */
export const enChanges = {
  asConflict: (reason: string) => `conflict: ${reason}`,
  tellPeople: 'Tell people by itself',
  whenFull: 'When this session is full',
  whenFullModes: { nothing: 'say nothing', draft: 'draft a notice', publish: 'publish a notice at once' },
  whenFullHelp: 'Once for each time that it fills up. A draft waits under Announcements.',
  continuesIn: 'It continues in',
  nowhere: '–',
  room: 'Room',
  moveSession: 'Move or cancel',
  sessionTimes: { from: 'From', until: 'Until' },
  moveHelp: (zone: string) =>
    `Times are those of ${zone}. Within 48 hours before it begins, a notice is drafted for you to publish.`,
  seeNotices: 'See the notices that wait.',
  isCancelled: 'This session is cancelled: every door refuses entry.',
  cancelSession: 'Cancel this session',
  cancelMeans: 'Every door refuses entry within a minute; who is inside may still leave.',
  reallyCancel: 'Yes, cancel it',
  holdSession: 'It takes place after all',
  event: 'Event',
  typeEvent: (event: string) => `Type ${event} to confirm`,
  closeEvent: 'Close the event',
  closeMeans:
    'Every phone at a door is revoked within a minute. Everything stays readable; it can be opened again.',
  closeDoors: 'Close all doors',
  closedAt: (time: string) => `Closed since ${time}: every phone was revoked.`,
  reopen: 'Open it again',
  deleteEvent: 'Delete the event',
  deleteMeans:
    'People, badges, scans, counts and announcements are erased within minutes, for good. Its id is not given again.',
  deleteForGood: 'Delete for good',
  eventDeleted: (event: string) => `${event} is deleted`,
  eventDeletedMeans: 'Nobody finds it any more; what is stored is erased within minutes.',
};
export type ChangesWords = typeof enChanges;
