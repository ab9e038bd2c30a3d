// Shows what is announced as notifications; of /notify. Kept by the browser, so it stands alone and imports nothing.

const isChinese = new URL(location.href).searchParams.get('language') === 'zh';
const CONFIRM = isChinese
  ? { title: '请确认订阅', body: '点开以确认接收公告。' }
  : { title: 'Confirm your subscription', body: 'Tap to confirm that announcements are to be shown here.' };

self.addEventListener('push', (event) => {
  const message = event.data?.json() ?? {};
  const isQuestion = message.type === 'io.turnout.subscription.confirm.v1';
  const path = `/announcements/${message.event}/${message.announcementId}?language=${message.language}`;
  const { title, body } = isQuestion ? CONFIRM : message;
  event.waitUntil(
    self.registration.showNotification(title, {
      body,
      // A correction takes the place of what it corrects.
      tag: isQuestion ? 'confirm' : message.tag,
      data: isQuestion ? message.url : path,
      icon: '/scan-icon-192.png',
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data));
});
