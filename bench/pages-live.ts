import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import * as z from 'zod';
import { type Doors, EVENT, roomsOf } from './conference.ts';
import { openConnections } from './connection.ts';
import { assertAdmitted, paced } from './load.ts';
import { signedIn } from './pages-browser.ts';
import { rounded } from './statistics.ts';

export const WALL_SESSIONS = 300;
const PER_SECOND = 10;
/** Until the page has settled: its first snapshot is no update. */
const SETTLE_MS = 3_000;
const SAMPLE_MS = 10_000;
const CONNECTIONS = 4;

/** Every frame's time from the one before, and what the browser says of those that took long. */
const WATCH_FRAMES = `
  globalThis.frames = [];
  globalThis.longFrames = [];
  let before;
  // While garbage is collected for this bench: not the page's own frames.
  const pauses = [];
  globalThis.pause = () => { pauses.push([performance.now(), Infinity]); before = undefined; };
  globalThis.goOn = () => requestAnimationFrame(() => { before = undefined; pauses.at(-1)[1] = performance.now(); });
  const isOwn = (from, to) => pauses.every(([begin, end]) => to < begin || from > end);
  const frame = (at) => {
    if (before !== undefined && isOwn(before, at)) globalThis.frames.push(at - before);
    before = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      if (isOwn(startTime, startTime + duration)) globalThis.longFrames.push(duration);
  }).observe({ type: 'long-animation-frame' });`;

const seen = z.object({
  frames: z.array(z.number()),
  longFrames: z.array(z.number()),
});

const MB = 1_000_000;

/** After garbage was collected, MB. */
const heapMb = async (page: Page, cdp: CDPSession): Promise<number> => {
  await page.evaluate('pause()');
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  await page.evaluate('goOn()');
  return rounded((metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / MB);
};

/** Ten people a second come to as many rooms, one after the other through all of them. */
const keepComing = (port: number, doors: Doors, seconds: number): Promise<unknown> => {
  const rooms = roomsOf(WALL_SESSIONS - 2);
  const requests = doors.requests(
    seconds * PER_SECOND,
    1,
    (index) => rooms[(index * 7) % rooms.length] ?? '',
  );
  return openConnections({ port }, CONNECTIONS).then(async (connections) => {
    for await (const { item, index } of paced(requests, PER_SECOND)) {
      const reply = await connections[index % CONNECTIONS]?.exchange(item.text);
      if (reply) assertAdmitted(reply, item.scans);
    }
    for (const connection of connections) connection.close();
  });
};

export interface LiveWall {
  readonly seconds: number;
  readonly updatesPerSecond: number;
  readonly frames: number;
  readonly longestFrameMs: number;
  /** Frames whose work took more than 50 ms, by the browser's own account. */
  readonly longFramesMs: readonly number[];
  /** JavaScript heap after garbage collection, every ten seconds. */
  readonly heapMb: readonly number[];
}

/** The wall of 300 sessions in a real browser while people come in. */
export const measureLiveWall = async (
  browser: Browser,
  { baseUrl, port }: { readonly baseUrl: string; readonly port: number },
  doors: Doors,
  seconds: number,
): Promise<LiveWall> => {
  const context = await signedIn(browser, baseUrl);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  let updates = 0;
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('"type":"data"')) updates += 1;
    }),
  );
  await page.addInitScript(WATCH_FRAMES);
  await page.goto(`${baseUrl}/organizer?event=${EVENT}`);
  await page.getByText('Live', { exact: true }).waitFor();
  await page
    .locator('.board tbody tr')
    .nth(WALL_SESSIONS - 1)
    .waitFor();
  await sleep(SETTLE_MS);
  await page.evaluate('frames = []; longFrames = []');
  updates = 0;
  const startedAt = performance.now();
  const heap = [await heapMb(page, cdp)];
  const coming = keepComing(port, doors, seconds);
  while (performance.now() - startedAt < seconds * 1000) {
    await sleep(Math.min(SAMPLE_MS, startedAt + seconds * 1000 - performance.now()));
    heap.push(await heapMb(page, cdp));
  }
  await coming;
  const { frames, longFrames } = seen.parse(await page.evaluate('({ frames, longFrames })'));
  const took = (performance.now() - startedAt) / 1000;
  await context.close();
  return {
    seconds,
    updatesPerSecond: rounded(updates / took, 1),
    frames: frames.length,
    longestFrameMs: rounded(Math.max(...frames), 1),
    longFramesMs: longFrames.map(Math.round),
    heapMb: heap,
  };
};
