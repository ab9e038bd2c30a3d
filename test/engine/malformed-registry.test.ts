import { type AttributeValue, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as badgeContract from '../../shared/contract/badges.ts';
import { standingOf, withChanges } from '../../shared/domain/badge-standing.ts';
import { log } from '../../shared/runtime/log.ts';
import { badgeStore } from '../../shared/store/badges/badges.ts';
import { deviceStore } from '../../shared/store/devices.ts';
import { doorProgrammes } from '../../shared/store/door-programme.ts';
import { call } from './announcement-host.ts';
import { aSession, openDoors } from './doors.ts';
import { type RegistryHost, startRegistryHost } from './registry-host.ts';

const EVENT = 'damaged';
let host: RegistryHost;
beforeAll(async () => {
  log.setLogLevel('SILENT');
  host = await startRegistryHost();
});
afterAll(() => host.stop());

type Item = Record<string, AttributeValue>;

/** What an older or newer version may have left behind, in turn for every attribute of an item but its key. */
const damages = (item: Item): Item[] =>
  Object.keys(item)
    .filter((name) => name !== 'pk' && name !== 'sk')
    .flatMap((name) => {
      const { [name]: _, ...without } = item;
      return [without, { ...item, [name]: { M: { odd: { N: '1' } } } }];
    });

test('a badge, device, standing or session of any content keeps nobody from the others', async () => {
  const doors = await openDoors(host, { event: EVENT, sessions: ['hall', 'room'].map((id) => aSession(id)) });
  const ids = ['B-1', 'B-2'];
  const body = ids.map((badgeId) => ({
    badgeId,
    category: 'vip',
    name: 'Ada',
    code: `X-${badgeId}`,
  }));
  await call(host.badges, badgeContract.importBadges, { params: { event: EVENT }, body });
  for (const badge of ids)
    await call(host.badges, badgeContract.revokeBadge, { params: { event: EVENT, badge }, body: {} });
  const badges = badgeStore(host.documents, 'Registry');
  const devices = deviceStore(host.documents, 'Registry');
  for (const deviceId of ['d-1', 'd-2'])
    await host.client.send(
      new PutItemCommand({
        TableName: 'Registry',
        Item: {
          pk: { S: `E#${EVENT}#D` },
          sk: { S: deviceId },
          name: { S: deviceId },
          role: { S: 'scanner' },
          sessions: { NULL: true },
          createdAt: { S: '2023-07-04T11:30:00.000Z' },
        },
      }),
    );
  const toDoors = doorProgrammes(host.documents, 'Registry');
  const programme = async () => {
    const event = await doors.events.existing(EVENT);
    return (await doors.programmes.get(event)).sessions.map(({ sessionId }) => sessionId);
  };
  /** How many of each kind are seen by those who read all of it. */
  const seen = () =>
    Promise.all([
      badges.getAll(EVENT, ids).then(({ size }) => size),
      badges.names(EVENT, ids).then(({ size }) => size),
      badges.list(EVENT, { limit: 10 }).then(({ items }) => items.length),
      badges.findNames(EVENT, 'ada', { limit: 10 }).then(({ items }) => items.length),
      badges.standingsSince(EVENT).then(({ changes }) => changes.length),
      devices.all(EVENT).then(({ length }) => length),
      devices.page(EVENT, { limit: 10 }).then(({ items }) => items.length),
      devices.names(EVENT).then(({ size }) => size),
      programme().then(({ length }) => length),
      toDoors(EVENT).then(({ sessions }) => sessions.length),
    ]);
  const all = await seen();
  const { Items = [] } = await host.client.send(new ScanCommand({ TableName: 'Registry' }));
  const items = Items.filter(({ pk }) => pk?.S?.startsWith(`E#${EVENT}#`));
  expect(items.length).toBeGreaterThan(12);
  const put = (Item: Item) => host.client.send(new PutItemCommand({ TableName: 'Registry', Item }));
  for (const item of items) {
    for (const damaged of damages(item)) {
      await put(damaged);
      const now = await seen();
      const lost = all.map((count, index) => count - (now[index] ?? 0));
      expect(lost.every((count) => count === 0 || count === 1)).toBe(true);
    }
    await put(item);
  }
  expect(await seen()).toEqual(all);
});

test('what a standing says of a badge is known at doors, or the badge is refused', async () => {
  const EVENT = 'damaged-standing';
  const { standingsSince } = badgeStore(host.documents, 'Registry');
  const put = (Item: Item) => host.client.send(new PutItemCommand({ TableName: 'Registry', Item }));
  const partition = { pk: { S: `E#${EVENT}#R` } };
  const entry = (badgeId: string, kind: string, issue: number): Item => ({
    ...partition,
    sk: { S: `2023-07-04T11:30:00.000Z#${badgeId}` },
    badgeId: { S: badgeId },
    kind: { S: kind },
    issue: { N: String(issue) },
  });
  const refused = async (badgeId: string) => {
    const standings = withChanges(new Map(), (await standingsSince(EVENT)).changes);
    const { revoked, superseded } = standingOf(standings, badgeId, 1, Date.now());
    return revoked || superseded;
  };
  for (const damaged of damages(entry('B-1', 'revoked', 1))) {
    await put(damaged);
    expect(await refused('B-1'), JSON.stringify(damaged)).toBe(true);
  }
  for (const damaged of damages(entry('B-2', 'reissued', 2))) {
    await put(damaged);
    expect(await refused('B-2'), JSON.stringify(damaged)).toBe(true);
  }
  const { kind: _, ...unlike } = entry('B-3', 'restored', 1);
  for (const damaged of damages(unlike)) {
    await put({ ...damaged, kind: { S: 'restored' } });
    expect(await refused('B-3'), JSON.stringify(damaged)).toBe(false);
  }
  await put({ ...entry('B-4', 'revoked', 1), sk: { S: 'when#B-4' } });
  expect(await refused('B-4')).toBe(true);
  const { lastKey } = await standingsSince(EVENT);
  expect((await standingsSince(EVENT, lastKey)).changes.length).toBeGreaterThan(0);
});

test('scans at a session that cannot be read are to be sent again, those at others are decided', async () => {
  const doors = await openDoors(host, {
    event: 'damaged-session',
    sessions: ['hall', 'room'].map((id) => aSession(id)),
  });
  const { Items = [] } = await host.client.send(new ScanCommand({ TableName: 'Registry' }));
  const item = Items.find(({ pk, sk }) => pk?.S?.startsWith('E#damaged-session#P#') && sk?.S === 'S#room');
  if (!item) throw new Error('no session is stored');
  await host.client.send(
    new PutItemCommand({ TableName: 'Registry', Item: { ...item, startsAt: { S: 'soon' } } }),
  );
  const scans = ['hall', 'room', 'nowhere'].map((sessionId) => ({
    scanId: crypto.randomUUID(),
    sessionId,
    badge: doors.codeOf('B-1'),
    scannedAt: new Date().toISOString(),
  }));
  const outcomes = async () => (await doors.send('d-1', scans)).map(({ outcome }) => outcome);
  expect(await outcomes()).toEqual(['admitted', 'retry', 'refused']);
});
