// The page and the worker's own types cannot be loaded side by side: these are the few that are used.
interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asking extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
declare const self: {
  addEventListener(kind: 'install' | 'activate', listener: (event: Waiting) => void): void;
  addEventListener(kind: 'fetch', listener: (event: Asking) => void): void;
  addEventListener(kind: 'message', listener: (event: MessageEvent) => void): void;
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
};

/** Put in by the build: the page's files, and a name that changes with any of them. */
declare const SCAN_FILES: readonly string[];
declare const SCAN_VERSION: string;

const PAGE = '/scan';
const PREFIX = 'turnout-scan-';
const CACHE = PREFIX + SCAN_VERSION;

const fill = async (): Promise<void> => {
  const cache = await caches.open(CACHE);
  // Past the browser's own cache: the page's address stays the same from version to version.
  await cache.addAll([PAGE, ...SCAN_FILES].map((url) => new Request(url, { cache: 'reload' })));
};

const dropOlder = async (): Promise<void> => {
  const names = await caches.keys();
  const older = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(older.map((name) => caches.delete(name)));
};

/** The page of this version, and its files, come from the device; everything else goes to the network. */
const answer = async (request: Request): Promise<Response> => {
  const cache = await caches.open(CACHE);
  const known = await cache.match(request.mode === 'navigate' ? PAGE : request, { ignoreSearch: true });
  return known ?? fetch(request);
};

self.addEventListener('install', (event) => event.waitUntil(fill()));
self.addEventListener('activate', (event) => event.waitUntil(dropOlder().then(() => self.clients.claim())));
self.addEventListener('message', ({ data }) => {
  if (data === 'take over') void self.skipWaiting();
});
self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isOurs = origin === location.origin && (pathname === PAGE || SCAN_FILES.includes(pathname));
  if (isOurs && event.request.method === 'GET') event.respondWith(answer(event.request));
});
