import { afterAll, beforeAll, expect, test } from 'vitest';
import { deliveries } from '../../functions/deliveries/deliveries.ts';
import { ownReport } from '../../functions/deliveries/report.ts';
import * as contract from '../../shared/contract/deliveries.ts';
import type { AnnouncementEdition } from '../../shared/domain/announcement.ts';
import { httpApi, on } from '../../shared/runtime/http.ts';
import { announcementStore } from '../../shared/store/announcements/announcements.ts';
import { announcementLedger } from '../../shared/store/announcements/ledger.ts';
import { call } from './announcement-host.ts';
import {
  anEdition,
  batch,
  type DeliveryRig,
  deliveryRig,
  EVENT,
  fromSns,
  retried,
  subscribe,
} from './delivery-rig.ts';
import { startTestEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.stop());

const send = async (walk: DeliveryRig, edition: AnnouncementEdition) => {
  walk.editions.set(`${edition.announcementId}.${edition.edition}`, edition);
  for (const language of edition.audience) await walk.plan(batch(fromSns(edition, language)));
  await retried(walk);
};
const gotBy = (walk: DeliveryRig, ids: readonly string[], edition: number) =>
  ids.filter((id) => walk.received.some((one) => one.subscriptionId === id && one.edition === edition));

/** The store, with an announcement of some editions. */
const published = async (editions: readonly AnnouncementEdition[]) => {
  const store = announcementStore(engine.documents, 'Announcements');
  for (const edition of editions) {
    const { change, at, ...texts } = edition;
    const times = { publishAt: null, publishedAt: at, updatedAt: at };
    await store.save(EVENT, { ...texts, ...times, state: change, version: edition.edition }, edition);
  }
  return store;
};

test('a correction would not go where the original went, once somebody wants something else', async () => {
  const walk = deliveryRig(engine, 11, { ms: 140_000_000_000 }, () => undefined);
  const readers = await subscribe(walk, 6);
  const [narrowed = '', elsewhere = '', translated = '', left = '', ...same] = readers;
  walk.now.ms += 1;
  const [never = ''] = await subscribe(walk, 1, { language: 'fr' });
  const audience = ['en', 'zh'];
  await send(walk, { ...anEdition('A-moved', 1), audience });
  await walk.subscribers.change(EVENT, narrowed, { kinds: ['report'], topics: ['rail'] });
  await walk.subscribers.change(EVENT, elsewhere, { language: 'fr' });
  await walk.subscribers.change(EVENT, translated, { language: 'zh' });
  await walk.subscribers.remove(EVENT, left);
  await send(walk, { ...anEdition('A-moved', 2), audience });
  expect(gotBy(walk, [...readers, never], 1)).toEqual(readers);
  expect(gotBy(walk, [...readers, never], 2)).toEqual([narrowed, elsewhere, translated, ...same]);
  const sum = ownReport();
  for await (const page of walk.ledger.pages(EVENT, 'A-moved')) sum.add(page);
  const { addressed, sent } = sum.total().protocols.find(({ protocol }) => protocol === 'webhook') ?? {};
  expect(addressed).toBe(sent);
});

test('what was retracted would be sent when a failed delivery of it is sent again', async () => {
  let down = '';
  let up = false;
  const walk = deliveryRig(engine, 12, { ms: 150_000_000_000 }, ({ subscriptionId }) =>
    subscriptionId === down && !up ? { kind: 'final', cause: 'answered 413' } : undefined,
  );
  [down = ''] = await subscribe(walk, 2);
  await send(walk, anEdition('A-stale', 1));
  // It is written to no more when the retraction is planned.
  await walk.subscribers.change(EVENT, down, { status: 'disabled' });
  const retraction = { ...anEdition('A-stale', 2), change: 'retracted' as const, reason: 'a mistake' };
  await send(walk, retraction);
  up = true;
  const { replay } = deliveries({
    announcements: await published([anEdition('A-stale', 1), retraction]),
    sns: announcementLedger(engine.documents, 'Announcements'),
    own: walk.ledger,
    subscribers: walk.subscribers,
    queues: { send: async (tasks) => void walk.waiting.push(...tasks) },
    clock: () => walk.now.ms,
  });
  const handler = httpApi([on(contract.replayDelivery, replay)]);
  const params = { announcement: 'A-stale', delivery: 'all' };
  expect(await call(handler, contract.replayDelivery, { params })).toMatchObject({
    status: 202,
    json: { replayed: 1 },
  });
  await retried(walk);
  expect(gotBy(walk, [down], 1)).toEqual([]);
  expect(gotBy(walk, [down], 2)).toEqual([down]);
  const sum = ownReport();
  for await (const page of walk.ledger.pages(EVENT, 'A-stale')) sum.add(page);
  const counts = sum.total().protocols.find(({ protocol }) => protocol === 'webhook');
  expect(counts).toMatchObject({ addressed: counts?.sent, failed: 0, pending: 0 });
});
