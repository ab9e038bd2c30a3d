import { common } from './common.ts';

/** What the start page says on a host of this machine alone. */
export const en = {
  ...common,
  firstBadge: 'Scan your first badge',
  firstBadgeHelp:
    'Makes this browser a door of what is on now, and a badge to hold to it. Both are real, and count.',
  openHere: 'Open a door here',
  openDoor: (session: string) => `Open the door: ${session}`,
  holdBadge: 'Hold the badge to its camera, or copy its code and type it there: “Type a code”.',
  badgeQr: 'QR code of a badge',
  badgeCode: 'Code of the badge',
  copy: 'Copy the code',
  copied: 'Copied',
  seeIt: 'See who is inside on the organizer’s screen',
  signInHere: 'This host runs on your machine: no password is needed.',
  evening: 'Play the opening evening',
  eveningHelp:
    'A demo: thousands of made-up guests come to the doors of this host, and the opening ceremony fills up.',
  speed: 'Speed',
  times: (speed: number) => `${speed} times`,
  playEvening: 'Play',
  stopEvening: 'Stop',
  scansOf: (answered: number, scans: number) => `${answered} of ${scans} scans`,
};
export type Words = typeof en;
