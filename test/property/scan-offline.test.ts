import 'fake-indexeddb/auto';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { apiClient } from '../../shared/client/api.ts';
import { openDatabase, vaultKeys } from '../../web/scan/device/database.ts';
import { scanQueue } from '../../web/scan/device/queue.ts';
import { makeVaultKeys, vault } from '../../web/scan/device/vault.ts';
import { judge } from '../../web/scan/door/judge.ts';
import { uploader } from '../../web/scan/door/uploader.ts';
import type { Verdict } from '../../web/scan/door/verdict.ts';
import { knowledgeOf, type Network, offlineServer } from '../support/offline-server.ts';

const FIRST_MS = Date.UTC(2023, 6, 4, 2);

let phones = 0;
const knowledge = await knowledgeOf(['B-0', 'B-1', 'B-007']);

/** A phone over a database of its own, and a server behind a network that fails. */
const aDoor = async () => {
  let now = FIRST_MS;
  const clock = () => now;
  const server = offlineServer(clock);
  phones += 1;
  const name = `scan-${phones}`;

  /** The page is opened, or opened again after a crash: only the database is left of the one before. */
  const open = async (full = false) => {
    const db = await openDatabase(() => undefined, name);
    const kept = scanQueue(db, vault(await vaultKeys(db, makeVaultKeys)));
    const noRoom = () => Promise.reject(new DOMException('no room', 'QuotaExceededError'));
    const queue = full ? { ...kept, ask: noRoom, decide: noRoom, remember: noRoom, count: noRoom } : kept;
    const api = apiClient({ baseUrl: '', fetch: server.fetch, timeoutMs: 60_000 });
    let live = (await queue.waiting()) === 0;
    const page = judge({
      queue,
      api,
      patientApi: api,
      knowledge: () => knowledge,
      language: () => 'en',
      live: () => live,
      lost: () => {
        live = false;
      },
      signedOff: () => {},
      queued: () => {
        live = false;
      },
      alone: (work) => work(),
      thisPhone: () => 'this phone',
      whyNot: (error) =>
        error instanceof DOMException && error.name === 'QuotaExceededError'
          ? 'the disk is full'
          : String(error),
      clock,
      serverTime: (own) => own,
    });
    const { upload } = uploader({
      queue,
      api,
      event: () => knowledge.event,
      clock,
      serverTime: (own) => own,
    });
    return {
      ...page,
      queue,
      close: () => db.close(),
      upload: async () => {
        live = await upload();
      },
    };
  };
  return {
    server,
    open,
    pass: (ms: number) => {
      now += ms;
    },
  };
};

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof aDoor>>['open']>>;

const read = (page: Page, code: string, direction: 'entry' | 'exit' = 'entry') =>
  page.judge({ code, sessionId: 'forum', direction });

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('scan' as const), badge: fc.nat(1), exit: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('network' as const),
      network: fc.constantFrom<Network>('up', 'down', 'request-lost', 'answer-lost'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('upload' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('other door' as const), badge: fc.nat(1), exit: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('take back' as const) }) },
);

describe('a phone at a door whose network fails', () => {
  it('ends with the server knowing exactly what its verdicts said', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const { server, open, pass } = await aDoor();
        let page = await open();
        const verdicts = new Map<string, Verdict>();
        const takenBack = new Set<string>();
        const elsewhere = new Set<string>();
        for (const move of steps) {
          pass(1_000);
          switch (move.do) {
            case 'scan': {
              const verdict = await read(page, `B-${move.badge}`, move.exit ? 'exit' : 'entry');
              expect(verdict.outcome).not.toBe('failed');
              verdicts.set(verdict.scanId, verdict);
              break;
            }
            case 'other door':
              elsewhere.add(server.scanElsewhere(`B-${move.badge}`, move.exit ? 'exit' : 'entry'));
              break;
            case 'network':
              server.setNetwork(move.network);
              break;
            case 'upload':
              await page.upload().catch(() => undefined);
              break;
            case 'reopen':
              page.close();
              page = await open();
              break;
            case 'take back': {
              const last = [...verdicts.values()].at(-1);
              if (!last || last.outcome === 'refused') break;
              await page.takeBack(last, 'a mistake');
              takenBack.add(last.scanId);
              break;
            }
          }
        }
        server.setNetwork('up');
        await page.upload();
        expect(await page.queue.waiting()).toBe(0);
        page.close();

        const known = [...server.records.values()].flatMap(({ scans }) => scans);
        expect(new Set(known.map(({ scanId }) => scanId)).size).toBe(known.length);
        const counted = known.filter(
          ({ refused, annulled, scanId }) => refused === null && !annulled && !elsewhere.has(scanId),
        );
        const said = [...verdicts.values()].filter(
          ({ outcome, scanId }) => outcome !== 'refused' && !takenBack.has(scanId),
        );
        expect(new Set(counted.map(({ scanId }) => scanId))).toEqual(
          new Set(said.map(({ scanId }) => scanId)),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('asks again under the same id when the page died before the answer', async () => {
    const { server, open, pass } = await aDoor();
    const dying = await open();
    server.setNetwork('hangs');
    void read(dying, 'B-1');
    while (server.records.size === 0) await new Promise((resolve) => setImmediate(resolve));
    const page = await open();
    server.setNetwork('up');
    pass(20_000);
    const verdict = await read(page, 'B-1');
    expect(verdict).toMatchObject({ outcome: 'admitted', conflict: null });
    expect(server.records.get('B-1')?.scans).toHaveLength(1);
    // Another time it is another scan.
    pass(20_000);
    expect(await read(page, 'B-1')).toMatchObject({ outcome: 'refused', reason: 'already_inside' });
  });

  it('decides alone by what other doors did, as far as the server told it', async () => {
    const { server, open, pass } = await aDoor();
    const page = await open();
    await read(page, 'B-1');
    pass(60_000);
    await read(page, 'B-1', 'exit');
    server.setNetwork('down');
    pass(60_000);
    expect(await read(page, 'B-1')).toMatchObject({ outcome: 'admitted', alone: true });
    pass(60_000);
    expect(await read(page, 'B-1')).toMatchObject({
      outcome: 'refused',
      reason: 'already_inside',
      alone: true,
    });
  });

  it('takes back what the server admitted and the phone, not hearing it, refused', async () => {
    const { server, open, pass } = await aDoor();
    const page = await open();
    await read(page, 'B-1');
    pass(60_000);
    server.scanElsewhere('B-1', 'exit');
    server.setNetwork('answer-lost');
    pass(60_000);
    expect(await read(page, 'B-1')).toMatchObject({
      outcome: 'refused',
      reason: 'already_inside',
      alone: true,
    });
    expect(server.inside()).toBe(1);
    server.setNetwork('up');
    await page.upload();
    expect(server.inside()).toBe(0);
  });

  it('with a full disk lets the server decide, and without one lets nobody in unrecorded', async () => {
    const { server, open, pass } = await aDoor();
    const page = await open(true);
    expect(await read(page, 'B-1')).toMatchObject({ outcome: 'admitted', alone: false });
    server.setNetwork('down');
    pass(60_000);
    expect(await read(page, 'B-0')).toMatchObject({ outcome: 'failed', detail: 'the disk is full' });
    server.setNetwork('up');
    await page.upload();
    expect(server.inside()).toBe(1);
  });

  it('shows what the server said before it is kept, and decides the next scan by it', async () => {
    const { server, open, pass } = await aDoor();
    const page = await open();
    const { remember } = page.queue;
    const slowDisk = Promise.withResolvers<void>();
    vi.spyOn(page.queue, 'remember').mockImplementation(async (known) => {
      await slowDisk.promise;
      await remember(known);
    });
    expect(await read(page, 'B-1')).toMatchObject({ outcome: 'admitted', alone: false });
    server.setNetwork('down');
    pass(1_000);
    const next = read(page, 'B-1');
    slowDisk.resolve();
    expect(await next).toMatchObject({ outcome: 'refused', reason: 'already_inside', alone: true });
  });

  it('sends the scans of a long outage in a time that grows with them, not with their square', async () => {
    const { server, open, pass } = await aDoor();
    const page = await open();
    server.setNetwork('down');
    const scans = 150;
    for (let scan = 0; scan < scans; scan += 1) {
      pass(1_000);
      expect(await read(page, 'B-0', scan % 2 === 0 ? 'entry' : 'exit')).toMatchObject({ alone: true });
    }
    server.setNetwork('up');
    // Each counts all that still wait.
    const counts = vi.spyOn(page.queue, 'count');
    await page.upload();
    expect(await page.queue.waiting()).toBe(0);
    expect(counts.mock.calls.length).toBeLessThanOrEqual(2);
    expect(counts.mock.calls.length).toBeGreaterThan(0);
  });

  it('keeps nothing readable of a badge or a name', async () => {
    const { server, open } = await aDoor();
    const page = await open();
    await read(page, 'B-007');
    server.setNetwork('down');
    await read(page, 'B-007', 'exit');
    const db = await openDatabase(() => undefined, `scan-${phones}`);
    const stored = await Promise.all(
      [...db.objectStoreNames].map(async (store) => [await db.getAllKeys(store), await db.getAll(store)]),
    );
    const text = JSON.stringify(stored, (_, value) =>
      value instanceof ArrayBuffer ? Buffer.from(value).toString('latin1') : value,
    );
    expect(text).not.toContain('B-007');
    expect(text).not.toContain('Lovelace');
    expect(text).not.toContain('delegate');
    const keys = await db.get('keys', 'vault');
    expect(keys?.seal.extractable).toBe(false);
    expect(keys?.blind.extractable).toBe(false);
    db.close();
  });
});
