import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import * as contract from '../../shared/contract/announcements.ts';
import * as publicly from '../../shared/contract/public-announcements.ts';
import { dueMessage } from '../../shared/runtime/due-queue.ts';
import { type AnnouncementHost, call, EVENT, startAnnouncementHost } from './announcement-host.ts';

let host: AnnouncementHost;
beforeAll(async () => {
  host = await startAnnouncementHost();
});
afterAll(() => host.stop());

const content = { en: { title: 'Award winners', body: 'Under embargo until the closing ceremony.' } };

const change = (operation: Parameters<typeof call>[1], id: string, etag: string, body?: unknown) =>
  call(host.announcements, operation, { params: { announcement: id }, headers: { 'if-match': etag }, body });

const schedule = async (inMs: number) => {
  const created = await call(host.announcements, contract.createAnnouncement, {
    body: { kind: 'award', content },
  });
  const { announcementId: id } = z.object({ announcementId: z.string() }).parse(created.json);
  const publishAt = Date.now() + inMs;
  const scheduled = await change(contract.scheduleAnnouncement, id, '"1"', {
    publishAt: new Date(publishAt).toISOString(),
  });
  expect(scheduled).toMatchObject({
    status: 200,
    json: { state: 'scheduled', publishAt: new Date(publishAt).toISOString() },
  });
  return { id, publishAt };
};

const isVisible = async (id: string) =>
  (await call(host.public, publicly.getAnnouncement, { params: { announcement: id } })).status === 200 ||
  (await call(host.public, publicly.listAnnouncements)).text.includes(id) ||
  (await call(host.public, publicly.getJsonFeed)).text.includes(id) ||
  (await call(host.public, publicly.getAtomFeed)).text.includes(id);

const wakeUps = async (wanted: number, waitMs: number) =>
  (await host.messaging.receive(host.dueUrl, wanted, waitMs)).map(({ Body = '' }) =>
    dueMessage.parse(JSON.parse(Body)),
  );

const wake = (body: unknown) => host.publishDue({ Records: [host.wakeUp(body)] });

test('an announcement that is due in seconds would wait for the next minute', async () => {
  const { id, publishAt } = await schedule(1_500);
  expect(await isVisible(id)).toBe(false);
  const [message] = await wakeUps(1, 6_000);
  expect(message).toEqual({ event: EVENT, announcementId: id, publishAt });
  // Whole seconds of delay, rounded up: it comes at its time or within a second after it.
  expect(Date.now()).toBeGreaterThanOrEqual(publishAt);
  expect(Date.now()).toBeLessThan(publishAt + 3_000);
  expect(await wake(message)).toEqual({ batchItemFailures: [] });
  expect(await isVisible(id)).toBe(true);
});

test('a wake-up that comes early, twice or garbled would break the embargo or publish twice', async () => {
  const { id, publishAt } = await schedule(60_000);
  const message = { event: EVENT, announcementId: id, publishAt };
  expect(await wake(message)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  expect(await wake({ ...message, publishAt: 1 })).toEqual({ batchItemFailures: [] });
  expect(await wake('not JSON')).toEqual({ batchItemFailures: [] });
  expect(await wake({ ...message, announcementId: 'gone' })).toEqual({ batchItemFailures: [] });
  expect(await isVisible(id)).toBe(false);

  const soon = await schedule(400);
  const twice = { event: EVENT, announcementId: soon.id, publishAt: soon.publishAt };
  const before = await Promise.all([wake(twice), wake(twice), wake(twice)]);
  expect(Date.now()).toBeGreaterThanOrEqual(soon.publishAt);
  expect(before).toEqual(Array.from({ length: 3 }, () => ({ batchItemFailures: [] })));
  const staff = await call(host.public, publicly.getAnnouncement, {
    params: { announcement: soon.id },
    headers: { authorization: `Bearer ${host.tokens.organizer}` },
  });
  expect(staff.json).toMatchObject({ state: 'published', edition: 1, version: 3 });
});

test('a plan that was changed or dropped would be carried out all the same', async () => {
  const { id, publishAt } = await schedule(300);
  const moved = await change(contract.scheduleAnnouncement, id, '"2"', {
    publishAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  expect(moved.status).toBe(200);
  await sleep(350);
  await wake({ event: EVENT, announcementId: id, publishAt });
  expect(await isVisible(id)).toBe(false);
  const dropped = await change(contract.unscheduleAnnouncement, id, '"3"');
  expect(dropped.json).toMatchObject({ state: 'draft', publishAt: null });
  await wake({
    event: EVENT,
    announcementId: id,
    publishAt: moved.json['publishAt'] && Date.parse(String(moved.json['publishAt'])),
  });
  expect(await isVisible(id)).toBe(false);
});

test('what is due within two minutes would be forgotten by the minute’s run', async () => {
  await host.messaging.receive(host.dueUrl, 100, 500);
  const near = await schedule(100_000);
  const far = await schedule(3_600_000);
  const late = await schedule(200);
  await sleep(250);
  await host.messaging.receive(host.dueUrl, 10, 1_200);
  const { queued } = await host.release();
  expect(queued).toBeGreaterThanOrEqual(2);
  // Overdue without a wake-up, as after an outage: at once. What is far away: not yet. What is near: with its delay.
  const at = (await wakeUps(10, 600)).map(({ announcementId }) => announcementId);
  expect(at).toContain(late.id);
  expect(at).not.toContain(far.id);
  expect(at).not.toContain(near.id);
  await wake({ event: EVENT, announcementId: late.id, publishAt: late.publishAt });
  expect(await isVisible(late.id)).toBe(true);
  const after = await host.release();
  expect(after.queued).toBe(queued - 1);
});
