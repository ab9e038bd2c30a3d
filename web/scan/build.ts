import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import type { Plugin } from 'vite';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Served beside the page, unchanged. */
const BESIDE = ['/scan.webmanifest', '/scan-icon.svg', '/scan-icon-192.png', '/scan-icon-512.png'];

interface Emitted {
  readonly type: 'chunk' | 'asset';
  readonly fileName: string;
  readonly facadeModuleId?: string | null;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly viteMetadata?:
    | { readonly importedCss: Set<string>; readonly importedAssets: Set<string> }
    | undefined;
}

/** The script of the page and all that it loads, by name. */
const filesOf = (bundle: Readonly<Record<string, Emitted>>, page: string): string[] => {
  const found = new Set<string>();
  const add = (fileName: string) => {
    if (found.has(fileName)) return;
    found.add(fileName);
    const file = bundle[fileName];
    if (!file) return;
    const { imports = [], dynamicImports = [], viteMetadata } = file;
    const assets = viteMetadata ? [...viteMetadata.importedCss, ...viteMetadata.importedAssets] : [];
    for (const next of [...imports, ...dynamicImports, ...assets]) add(next);
  };
  const all = Object.values(bundle);
  for (const { facadeModuleId, fileName } of all) if (facadeModuleId === page) add(fileName);
  // Of the thread that reads the camera's frames nothing says who starts it.
  for (const { fileName } of all) if (/decoder-worker|zxing_reader/.test(fileName)) add(fileName);
  return [...found].sort();
};

/** Writes the service worker of the scanner page with the list of what it keeps on the device. */
export const scanWorker = (): Plugin => ({
  name: 'scan-worker',
  generateBundle: {
    order: 'post',
    handler: async function (_options, bundle) {
      const files = filesOf(bundle, here('index.html')).map((name) => `/${name}`);
      const html = bundle['scan/index.html'];
      const source = readFileSync(here('worker.ts'), 'utf8');
      const version = createHash('sha256')
        .update([source, ...files, html?.type === 'asset' ? html.source : ''].join('\n'))
        .digest('hex')
        .slice(0, 12);
      const { code } = await transform(source, {
        loader: 'ts',
        minify: true,
        define: { SCAN_FILES: JSON.stringify([...files, ...BESIDE]), SCAN_VERSION: JSON.stringify(version) },
      });
      this.emitFile({ type: 'asset', fileName: 'scan-worker.js', source: code });
    },
  },
});
