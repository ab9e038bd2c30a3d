import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { defineConfig } from 'vite';
import { scanWorker } from './web/scan/build.ts';

const root = join(import.meta.dirname, 'web');

/** Each folder of web/ with an index.html is a page. */
const pages = globSync('*/index.html', { cwd: root }).map(
  (file) => [basename(dirname(file)), join(root, file)] as const,
);

/** What pages share, in few files: each request takes a slow phone longer than the script that it brings. */
const SHARED = [
  {
    name: 'base',
    test: /preact\/(dist|jsx-runtime)|preload-helper|web\/common\/(language|site)\.ts$/,
    priority: 3,
  },
  { name: 'times', test: /web\/common\/format\.ts$|web\/start\/now-and-next/, priority: 2 },
  { name: 'hooks', test: /preact\/hooks/, priority: 3 },
  { name: 'account', test: /@preact\/signals|web\/common\/sign-in\.ts$/, priority: 2 },
  { name: 'api', test: /shared\/client\/api|web\/common\/(trouble|category)/, priority: 2 },
  {
    name: 'frame',
    test: /web\/organizer\/(?!import\/)|domain\/kind-names/,
    minShareCount: 2,
    priority: 1,
  },
];

/** All pages in one build: assets carry their hash in their name and never change. See web/serving.ts. */
export default defineConfig({
  root,
  appType: 'mpa',
  plugins: [scanWorker()],
  // Its usual entry needs Node's Buffer.
  resolve: { alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' } },
  build: {
    outDir: join(import.meta.dirname, 'dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy knows no data: scripts and no inline ones.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(pages),
      output: {
        chunkFileNames: ({ facadeModuleId }) => {
          const [, language, list] = /\/words\/(\w+)\/([\w-]+)\.ts$/.exec(facadeModuleId ?? '') ?? [];
          return language ? `assets/words-${language}-${list}-[hash].js` : 'assets/[name]-[hash].js';
        },
        codeSplitting: { groups: SHARED },
      },
    },
  },
  worker: { format: 'es' },
});
