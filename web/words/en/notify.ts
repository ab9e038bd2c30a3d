/** Every sentence of the page that asks for notifications; other languages have the same, or do not compile. */
export const en = {
  title: 'Announcements on this device',
  help: 'They arrive within seconds, corrections too. Your browser asks whether notifications are allowed; the first one asks you to confirm, and leads to where you can end it.',
  ask: 'Notify me',
  asking: 'Asking the browser',
  asked: 'Done. Tap the notification that comes now, and confirm.',
  denied:
    'Notifications are not allowed here. Allow them for this page in the settings of the browser, and try again.',
  impossible:
    'This browser has no notifications for this page. Put the page on the home screen first, use another browser, or take mails.',
  failed: 'This did not work. Try again in a moment.',
  back: 'All announcements',
};
export type Words = typeof en;
