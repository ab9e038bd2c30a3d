import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { FLAGS, installedChromium } from './chromium.ts';

/** A network that can be cut: connections break, and no new ones are taken until it is mended. */
export interface Network {
  readonly baseUrl: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

const listenOn = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });

/** Stands between phones and the host at `port`. */
export const startNetwork = async (port: number): Promise<Network> => {
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = createConnection(port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  const own = await listenOn(server, 0);
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      if (!server.listening) return resolve();
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return {
    baseUrl: `http://127.0.0.1:${own}`,
    cut,
    mend: async () => {
      if (!server.listening) await listenOn(server, own);
    },
    close: cut,
  };
};

export interface Phone {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The folder in which the browser keeps everything. */
  readonly profile: string;
  /** As when the battery is empty: nothing is closed or written. */
  kill(): Promise<void>;
  /** The same phone, switched on again. */
  restart(): Promise<Phone>;
  close(): Promise<void>;
}

export interface PhoneOptions {
  readonly baseUrl: string;
  readonly language?: 'en' | 'zh-CN';
  readonly dark?: boolean;
  /** A y4m file that stands before the camera. */
  readonly camera?: string;
}

const WITH_CAMERA = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];
const DEVTOOLS = /DevTools listening on (ws:\S+)/;

/** Chromium as a process of our own, so that it can be killed. */
const launch = (
  profile: string,
  flags: readonly string[],
): Promise<{ browser: ChildProcess; endpoint: string }> =>
  new Promise((resolve, reject) => {
    const browser = spawn(
      installedChromium(),
      [...FLAGS, ...flags, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
    );
    let said = '';
    browser.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
      const [, endpoint] = DEVTOOLS.exec(said) ?? [];
      if (endpoint !== undefined) resolve({ browser, endpoint });
    });
    browser.once('error', reject);
    browser.once('exit', () => reject(new Error(`Chromium ended: ${said.slice(-500)}`)));
  });

const ended = (browser: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (browser.exitCode !== null || browser.signalCode !== null) resolve();
    else browser.once('exit', () => resolve());
  });

const start = async (profile: string, options: PhoneOptions): Promise<Phone> => {
  const { language = 'en', dark = false, camera } = options;
  const flags = [
    `--accept-lang=${language}`,
    '--window-size=390,844',
    ...(camera === undefined ? [] : [...WITH_CAMERA, `--use-file-for-fake-video-capture=${camera}`]),
  ];
  const { browser, endpoint } = await launch(profile, flags);
  const connection = await chromium.connectOverCDP(endpoint);
  const [context] = connection.contexts();
  if (!context) throw new Error('Chromium has no context');
  const page = context.pages()[0] ?? (await context.newPage());
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
  await page.setViewportSize({ width: 390, height: 844 });
  const kill = async () => {
    // The whole group: what renders and what stores are processes of their own.
    const isThere = browser.exitCode === null && browser.signalCode === null;
    if (browser.pid !== undefined && isThere) process.kill(-browser.pid, 'SIGKILL');
    await ended(browser);
    await connection.close().catch(() => undefined);
  };
  return {
    page,
    context,
    profile,
    kill,
    restart: () => start(profile, options),
    close: async () => {
      await kill();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** A phone with a browser of its own. */
export const aPhone = (options: PhoneOptions): Promise<Phone> =>
  start(mkdtempSync(join(tmpdir(), 'turnout-phone-')), options);

/** Opens the organizer's link and waits until the door is ready. */
export const pairPhone = async ({ page }: Phone, baseUrl: string, pairingCode: string): Promise<void> => {
  await page.goto(`${baseUrl}/scan#pair=${pairingCode}`);
  await page.locator('[data-ready][data-live]').waitFor();
};

/** The worker has the page and all its files: from here on it opens without network. */
export const installed = async ({ page }: Phone): Promise<void> => {
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)');
};

/** Types a code as a keyboard-wedge scanner does: real key events, one upon the other. */
export const wedge = async ({ keyboard }: Page, code: string): Promise<void> => {
  await Promise.all([...[...code].map((key) => keyboard.press(key)), keyboard.press('Enter')]);
};

/** Many badges in a row, as fast as the page takes their keys. */
export const wedgeAll = async (page: Page, codes: readonly string[]): Promise<void> => {
  await page.evaluate(`for (const code of ${JSON.stringify(codes)})
    for (const key of [...code, 'Enter']) document.dispatchEvent(new KeyboardEvent('keydown', { key }))`);
};

/** Scans, and waits for the verdict on it. @returns its outcome and all it says */
export const scanAt = async (page: Page, code: string): Promise<{ outcome: string; text: string }> => {
  const before = await page.evaluate(`document.querySelector('.verdict')?.getAttribute('data-scan') ?? null`);
  await wedge(page, code);
  const verdict = page.locator(before === null ? '.verdict' : `.verdict:not([data-scan="${before}"])`);
  await verdict.waitFor();
  return {
    outcome: (await verdict.getAttribute('data-outcome')) ?? '',
    text: (await verdict.innerText()).replaceAll(/\s+/g, ' '),
  };
};
