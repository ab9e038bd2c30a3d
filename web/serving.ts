/**
 * How the pages' build is served: by the embedded host and by CloudFront alike. Everything is of one origin;
 * what else a page may connect to (the API and the live channel in AWS) is given.
 */

/** Paths of pages and the file of the build that answers them; what begins with one of them is the same page. */
export const PAGES: Readonly<Record<string, string>> = {
  '/organizer': 'organizer/index.html',
  '/scan': 'scan/index.html',
  '/notify': 'notify/index.html',
};
export const START_PAGE = 'start/index.html';

const isFile = (path: string): boolean => /\.[a-z0-9]+$/i.test(path);

/** The file of the build that answers a path: `/organizer/rooms/x` is answered by the organizer's page. */
export const fileOfPath = (path: string): string => {
  if (path === '/') return START_PAGE;
  if (isFile(path)) return path.slice(1);
  const page = Object.keys(PAGES).find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  return (page && PAGES[page]) ?? path.slice(1);
};

const YEAR_SECONDS = 31_536_000;

/** Folder of what is named by its content. */
export const ASSETS = 'assets';

/** Assets are named by their content; pages and the service worker are asked for anew each time. */
export const cacheControlOf = (file: string): string =>
  file.startsWith(`${ASSETS}/`) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';

/** @param connect other origins that scripts may talk to, e.g. `https://api.example.org wss://live.example.org` */
const contentSecurityPolicy = (connect: readonly string[]): string =>
  [
    "default-src 'none'",
    // WebAssembly reads the codes in the camera's picture.
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** Of every answer with a page or a part of one. */
export const securityHeaders = (connect: readonly string[]): Readonly<Record<string, string>> => ({
  'content-security-policy': contentSecurityPolicy(connect),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), screen-wake-lock=(self)',
});

/** What a deployment tells its pages, at this path. */
export const SITE_PATH = '/site.json';
export interface Site {
  /** The event that the pages show, unless `?event=` names another. */
  readonly event: string | null;
  /** True on the embedded host: roles may be taken without a password. */
  readonly local: boolean;
}
