import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { dynamo } from '../../shared/runtime/clients.ts';
import { subscriberStore } from '../../shared/store/subscribers/subscribers.ts';
import { announcing } from '../support/announcing.ts';
import { shell } from '../support/shell.ts';
import { startTestTurnout, type TestTurnout } from '../support/turnout.ts';

let system: TestTurnout;
const { subscribe, publish, report } = announcing(() => system);

/** What a command prints. */
const asPress = async (...args: string[]) =>
  (await shell(system, system.credentials.pressToken, ...args)).out;

beforeAll(async () => {
  system = await startTestTurnout();
});
afterAll(() => system.stop());

describe('a mailbox that does not take it', () => {
  const readers = ['bounce', 'complaint', 'ooto', 'suppressionlist', 'full', 'success'].map(
    (name) => `${name}+press@simulator.amazonses.com`,
  );

  it('is written to no more when it bounced or complained, and is counted by what happened', async () => {
    // Confirmed before they began to fail: a request to confirm that bounces ends it at once.
    const store = subscriberStore(dynamo(), system.turnout.host.table('Subscribers'));
    for (const endpoint of readers) {
      const { subscriptionId } = (await subscribe({ protocol: 'email', endpoint })).json(
        z.object({ subscriptionId: z.string() }),
      );
      await system.turnout.host.drained();
      await store.change('gdec-2023', subscriptionId, { status: 'confirmed' });
    }
    const first = await publish('To all of them');
    const { counts, failures } = await report(first.announcementId, 'email');
    expect(counts).toMatchObject({
      addressed: 6,
      sent: 2,
      delivered: 2,
      failed: 1,
      suppressed: 3,
      pending: 0,
    });
    expect(failures).toMatchObject([{ detail: 'bounced: Transient, MailboxFull' }]);

    // The same from the shell; a mailbox that is still full fails again, and counts once.
    expect(await asPress('deliveries', 'replay', first.announcementId)).toBe('1 sent again\n');
    await system.turnout.host.drained();
    const printed = await asPress('deliveries', 'report', first.announcementId);
    expect(printed).toContain('email\t6\t2\t2\t1\t3\t0\tsubscribers\n');
    expect(printed).toContain('messages accepted by SNS\n');
    expect(printed).toContain('\tbounced: Transient, MailboxFull\n');
    for (const why of ['bounced: Permanent, General', 'bounced: Permanent, Suppressed', 'complaint: abuse'])
      expect(printed).toContain(`suppressed\temail\t1\t${why}\n`);

    await publish('Second');
    const third = await publish('Third');
    expect((await report(third.announcementId, 'email')).counts).toMatchObject({
      addressed: 3,
      sent: 2,
      failed: 1,
    });
    // Three mails in a row that it could not take: it is full for good.
    const last = await publish('Fourth');
    expect((await report(last.announcementId, 'email')).counts).toMatchObject({
      addressed: 2,
      sent: 2,
      failed: 0,
    });
  });
});
