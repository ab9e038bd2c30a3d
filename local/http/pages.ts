import { execFile } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  cacheControlOf,
  fileOfPath,
  SITE_PATH,
  type Site,
  START_PAGE,
  securityHeaders,
} from '../../web/serving.ts';
import { errorCode, HostError, messageOf } from '../errors.ts';
import type { Serve } from './gateway.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'dist/web');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

const newest = (files: readonly string[]): number =>
  Math.max(0, ...files.map((file) => statSync(join(root, file)).mtimeMs));

const isBuilt = (): boolean => {
  const built = join(folder, START_PAGE);
  if (!existsSync(built)) return false;
  const sources = globSync(
    ['web/**/*.*', 'shared/{client,contract,domain,import,print}/**/*.ts', 'vite.config.ts'],
    {
      cwd: root,
    },
  );
  return statSync(built).mtimeMs >= newest(sources);
};

/**
 * Builds the pages where their sources are newer than the build.
 * @throws {HostError} `PagesNotBuilt` with the build's last words
 */
export const buildPages = async (): Promise<void> => {
  if (isBuilt()) return;
  try {
    await promisify(execFile)(
      process.execPath,
      ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
      {
        cwd: root,
      },
    );
  } catch (error) {
    throw new HostError('PagesNotBuilt', `the pages could not be built:\n${messageOf(error)}`, error);
  }
};

const send = (
  { method }: IncomingMessage,
  outgoing: ServerResponse,
  headers: Readonly<Record<string, string>>,
  body: Buffer | string,
): void => {
  outgoing.writeHead(200, { ...securityHeaders([]), ...headers, 'content-length': Buffer.byteLength(body) });
  outgoing.end(method === 'HEAD' ? undefined : body);
};

const readPage = async (name: string): Promise<{ type: string; body: Buffer } | undefined> => {
  const file = normalize(join(folder, name));
  const type = TYPES[extname(file)];
  if (!type || !file.startsWith(folder + sep)) return undefined;
  try {
    return { type, body: await readFile(file) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** Serves the pages' build as CloudFront does, and leaves to `next` what is no page. */
export const withPages =
  (site: Site, next: Serve): Serve =>
  async (incoming, outgoing) => {
    const [path = '/'] = (incoming.url ?? '/').split('?', 1);
    const isRead = incoming.method === 'GET' || incoming.method === 'HEAD';
    if (!isRead || path.startsWith('/v1/')) return next(incoming, outgoing);
    if (path === SITE_PATH) {
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache' };
      return send(incoming, outgoing, headers, JSON.stringify(site));
    }
    const name = fileOfPath(path);
    const page = await readPage(name);
    if (!page) return next(incoming, outgoing);
    send(incoming, outgoing, { 'content-type': page.type, 'cache-control': cacheControlOf(name) }, page.body);
  };
