import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const DEBIAN_CHROMIUM = '/usr/bin/chromium';

/** For tests in containers: as root there is no sandbox, and nothing is to go out to the network. */
export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real browser; one that is installed elsewhere is named by CHROMIUM. */
export const installedChromium = (): string => {
  const named = process.env['CHROMIUM'];
  if (named) return named;
  if (existsSync(DEBIAN_CHROMIUM)) return DEBIAN_CHROMIUM;
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    for (const step of [
      ['update', '-qq'],
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
    ])
      execFileSync('apt-get', step, { env: environment, stdio: 'pipe' });
  } catch (error) {
    throw new Error(
      'no Chromium, and apt-get could not install it: install one and set CHROMIUM to its path',
      {
        cause: error,
      },
    );
  }
  return DEBIAN_CHROMIUM;
};

export interface TestBrowser {
  readonly context: BrowserContext;
  readonly version: string;
  stop(): Promise<void>;
}

/** Starts Chromium with a profile of its own. */
export const startChromium = async (): Promise<TestBrowser> => {
  const profile = mkdtempSync(join(tmpdir(), 'turnout-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: installedChromium(),
    headless: true,
    args: FLAGS,
  });
  return {
    context,
    version: context.browser()?.version() ?? 'unknown',
    stop: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
};

/** Time for apt-get on a machine without a browser, ms. */
export const BROWSER_TIMEOUT_MS = 300_000;
