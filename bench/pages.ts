import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { readCredentials } from '../local/credentials.ts';
import { runUntilReady } from '../rehearse/host-process.ts';
import { fullHouse, OUTBOX } from '../test/browser/full-house.ts';
import { SIZE_BUDGETS, scriptSize } from '../test/browser/page-sizes.ts';
import type { BudgetRow } from './budgets.ts';
import { openDoors, roomsOf } from './conference.ts';
import { startBrowser } from './pages-browser.ts';
import { measureFirstView } from './pages-first-view.ts';
import { type LiveWall, measureLiveWall, WALL_SESSIONS } from './pages-live.ts';
import { table, verdict } from './report.ts';
import { rounded, spreadText } from './statistics.ts';

const VIEW_MS = 1_000;
const FRAME_MS = 50;
/** Memory that ends within this of where it was after the first third is flat. */
const FLAT = 1.1;
/** Of the hall and the arena every event of the bench has. */
const BIG_ROOMS = 2;

export interface PagesFindings {
  readonly firstViews: readonly Awaited<ReturnType<typeof measureFirstView>>[];
  readonly wall: LiveWall;
  readonly scripts: readonly { readonly page: string; readonly budget: number; readonly kb: number }[];
}

interface PagesOptions {
  readonly folder: string;
  readonly seed: number;
  readonly repetitions: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

const measureIn = async (
  browser: Browser,
  { folder, seed, repetitions, seconds, say }: PagesOptions,
): Promise<PagesFindings> => {
  const data = join(folder, 'pages');
  const host = await runUntilReady('local/main.ts', ['--port', '0', '--data', data]);
  try {
    const credentials = readCredentials(join(data, 'credentials.json'));
    const { baseUrl } = credentials;
    const firstViews: PagesFindings['firstViews'][number][] = [];
    for (const page of await fullHouse(credentials, data)) {
      if (page.name === OUTBOX) continue;
      say(`first view of ${page.name}`);
      firstViews.push(await measureFirstView(browser, baseUrl, page, repetitions));
    }
    say(`${WALL_SESSIONS} sessions for ${seconds} s`);
    const doors = await openDoors({ ...credentials, data }, seed, roomsOf(WALL_SESSIONS - BIG_ROOMS));
    const port = Number(new URL(baseUrl).port);
    const wall = await measureLiveWall(browser, { baseUrl, port }, doors, seconds);
    const scripts = SIZE_BUDGETS.map((each) => ({ ...each, kb: rounded(scriptSize(each.page), 1) }));
    return { firstViews, wall, scripts };
  } finally {
    await host.stop();
  }
};

/** What people wait for at their screens, in a real Chromium, against a host of its own. */
export const measurePages = async (options: PagesOptions): Promise<PagesFindings> => {
  const browser = await startBrowser();
  try {
    return await measureIn(browser, options);
  } finally {
    await browser.close();
  }
};

export const pagesRows = ({ firstViews, wall, scripts }: PagesFindings): BudgetRow[] => {
  const { heapMb, longFramesMs, longestFrameMs } = wall;
  const later = heapMb.slice(Math.floor(heapMb.length / 3));
  const [earlierMb = Number.NaN] = later;
  const laterMb = heapMb.at(-1) ?? Number.NaN;
  return [
    ...firstViews.map(({ name, path, contentMs, paintedMs }) => ({
      id: `view-${name}`,
      what: `first view of ${path}, CPU 4 times slower`,
      budget: `<= ${VIEW_MS} ms`,
      figure: `${spreadText(contentMs)} ms, first paint ${paintedMs.median} ms`,
      kept: contentMs.median <= VIEW_MS && paintedMs.median <= VIEW_MS,
    })),
    {
      id: 'wallFrames',
      what: `frames of the wall, ${WALL_SESSIONS} sessions, ${wall.updatesPerSecond} updates/s`,
      budget: `none > ${FRAME_MS} ms`,
      figure: `longest ${longestFrameMs} ms of ${wall.frames}; working over ${FRAME_MS} ms: ${longFramesMs.join(' ') || 'none'}`,
      kept: longFramesMs.length === 0,
    },
    {
      id: 'wallMemory',
      what: `heap of the wall over ${wall.seconds} s`,
      budget: 'flat',
      figure: `${heapMb[0]} MB at first, ${earlierMb} -> ${laterMb} MB`,
      kept: laterMb <= earlierMb * FLAT,
    },
    ...scripts.map(({ page, budget, kb }) => ({
      id: `script-${page}`,
      what: `scripts of ${page}, gzip`,
      budget: `<= ${budget} KB`,
      figure: `${kb} KB`,
      kept: kb <= budget,
    })),
  ];
};

export const pagesTable = (rows: readonly BudgetRow[]): string =>
  table(
    ['what', 'budget', 'measured', ''],
    rows.map(({ what, budget, figure, kept }) => [what, budget, figure, verdict(kept)]),
  );
