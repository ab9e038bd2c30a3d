import { createECDH, randomBytes } from 'node:crypto';
import ece from 'http_ece';
import * as z from 'zod';
import type { Member } from './audience.ts';
import type { Inboxes } from './inboxes.ts';
import { confirmByForm, type Receiver } from './receiver.ts';

const confirmation = z.object({ type: z.literal('io.turnout.subscription.confirm.v1'), url: z.url() });
const notification = z.object({
  type: z.string(),
  announcementId: z.string(),
  edition: z.int(),
  tag: z.string(),
  title: z.string(),
  language: z.string(),
});

const CREATED = 201;

/** A phone and its push service in one; only the phone's key opens what comes. */
export const pushReceiver = (
  member: Member,
  inboxes: Inboxes,
  confirmed: (member: Member) => void,
): Receiver => {
  const phone = createECDH('prime256v1');
  phone.generateKeys();
  const authSecret = randomBytes(16).toString('base64url');
  return {
    member,
    endpoint: (url) => ({
      endpoint: url,
      keys: { p256dh: phone.getPublicKey('base64url'), auth: authSecret },
    }),
    receive: ({ body, headers, at }) => {
      if (!/^vapid t=/.test(headers.authorization ?? '')) throw new Error('no VAPID signature');
      const opened = ece.decrypt(body, { version: 'aes128gcm', privateKey: phone, authSecret });
      const message: unknown = JSON.parse(opened.toString('utf8'));
      const asked = confirmation.safeParse(message);
      if (asked.success) {
        confirmByForm(asked.data.url).then(
          () => confirmed(member),
          (error: unknown) => inboxes.fault(member, String(error)),
        );
        return CREATED;
      }
      const got = notification.parse(message);
      if (got.tag !== got.announcementId) throw new Error(`tag ${got.tag} of ${got.announcementId}`);
      inboxes.take(member, { at, ...got });
      return CREATED;
    },
  };
};
