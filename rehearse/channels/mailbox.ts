import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime, { type Email } from 'postal-mime';
import type { Member } from './audience.ts';
import type { Inboxes } from './inboxes.ts';
import { confirmByForm } from './receiver.ts';

const LOOK_EVERY_MS = 100;
/** `2026-07-04T10-58-04.002Z-<id>.eml`: when SES took it. */
const NAME = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)-.*\.eml$/;
const LINK = /https?:\/\/\S+\/v1\/subscriptions\/\S+/;
const DELIVERY = /^(?<announcementId>[A-Za-z0-9_-]+)\.(?<edition>\d+)\.[^.]+$/;

export const addressOf = ({ number }: Member): string => `reader-${number}@press.example.org`;

const headerOf = ({ headers }: Email, name: string): string =>
  headers.find(({ key }) => key === name)?.value ?? '';

/** What RFC 8058 wants of a mail that many get. */
const lacksUnsubscribe = (mail: Email): boolean =>
  !LINK.test(headerOf(mail, 'list-unsubscribe')) ||
  headerOf(mail, 'list-unsubscribe-post') !== 'List-Unsubscribe=One-Click';

/** Takes the readers' mails out of the host's outbox, as mail servers would, and reads each; others stay there. */
export const openMailboxes = (
  folder: string,
  readers: readonly Member[],
  inboxes: Inboxes,
  confirmed: (member: Member) => void,
) => {
  const byAddress = new Map(readers.map((member) => [addressOf(member), member]));
  const notOurs = new Set<string>();
  const threads = new Map<string, string>();
  let open = true;

  const read = async (name: string): Promise<void> => {
    const [, hour, minute, second] = NAME.exec(name) ?? [];
    const file = join(folder, name);
    const mail = await PostalMime.parse(await readFile(file));
    const member = byAddress.get(mail.to?.[0]?.address ?? '');
    if (!member) {
      notOurs.add(name);
      return;
    }
    await rm(file);
    const fault = (detail: string) => inboxes.fault(member, detail);
    const { announcementId, edition } = DELIVERY.exec(headerOf(mail, 'x-turnout-delivery'))?.groups ?? {};
    if (announcementId === undefined || announcementId === 'confirm') {
      const link = LINK.exec(mail.text ?? '')?.[0];
      if (link === undefined) return fault('asked to confirm without a link');
      confirmByForm(link).then(
        () => confirmed(member),
        (error: unknown) => fault(String(error)),
      );
      return;
    }
    if (lacksUnsubscribe(mail)) fault('no one-click unsubscribe');
    const thread = `${member.number} ${announcementId}`;
    // All editions name one ancestor: SES gives each mail an id of its own.
    const ancestor = mail.references ?? '';
    if (ancestor === '' || (threads.get(thread) ?? ancestor) !== ancestor) fault('it is in another thread');
    threads.set(thread, ancestor);
    inboxes.take(member, {
      at: Date.parse(`${hour}:${minute}:${second}`),
      announcementId,
      edition: Number(edition),
      // "Correction: …" stands before it.
      title: mail.subject ?? '',
    });
  };

  const collect = async (): Promise<void> => {
    while (open) {
      const names = (await readdir(folder).catch(() => []))
        .filter((name) => NAME.test(name) && !notOurs.has(name))
        .sort();
      for (const name of names) await read(name);
      if (names.length === 0) await sleep(LOOK_EVERY_MS);
    }
  };
  const running = collect();
  // Told where it is awaited, by `close`.
  running.catch(() => undefined);
  return {
    close: async (): Promise<void> => {
      open = false;
      await running;
    },
  };
};
