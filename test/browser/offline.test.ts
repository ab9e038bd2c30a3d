import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readAdmissionVectors } from '../vectors/admission-vectors.ts';
import { BROWSER_TIMEOUT_MS, startChromium, type TestBrowser } from './chromium.ts';

const bundle = async (entry: string): Promise<string> => {
  const { outputFiles } = await build({
    ...(entry.startsWith('test/')
      ? { stdin: { contents: `export * from './${entry}'`, resolveDir: process.cwd(), loader: 'ts' } }
      : { entryPoints: [entry] }),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  });
  return outputFiles[0]?.text ?? '';
};

const decisions = z.array(
  z.object({
    outcome: z.string(),
    reason: z.string().nullable(),
    conflict: z.string().nullable(),
    detail: z.object({ en: z.string(), zh: z.string() }),
    uploads: z.boolean(),
  }),
);

describe('a scanner without network, in a real browser', () => {
  let browser: TestBrowser;
  let server: Server;
  let baseUrl: string;
  const given = readAdmissionVectors();

  beforeAll(async () => {
    const script = await bundle('test/vectors/play-offline.ts');
    // WebCrypto is there for secure origins only, and loopback is one.
    server = createServer((request, response) => {
      const isScript = request.url === '/offline.js';
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? script : '<!doctype html><title>scanner</title>');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = z.custom<AddressInfo>().parse(server.address());
    baseUrl = `http://127.0.0.1:${address.port}`;
    browser = await startChromium();
  }, BROWSER_TIMEOUT_MS);
  afterAll(async () => {
    await browser?.stop();
    server?.close();
  });

  it('decides every scan as the server does, and says the same', async () => {
    const page = await browser.context.newPage();
    await page.goto(baseUrl);
    // As text, so that the test runner does not rewrite the import.
    await page.evaluate(`import('/offline.js').then((module) => { globalThis.offline = module; })`);
    await browser.context.setOffline(true);
    const decided = decisions.parse(
      await page.evaluate(`globalThis.offline.playOffline(${JSON.stringify(given)})`),
    );
    const wanted = given.vectors.map(({ name, expect: expectation }) => ({ name, ...expectation }));
    expect(
      decided.map(({ uploads: _, ...decision }, index) => ({ name: wanted[index]?.name, ...decision })),
    ).toEqual(wanted);
    const minified = await bundle('shared/client/offline/offline-door.ts');
    const bytes = Buffer.byteLength(minified);
    console.log(
      `offline decision module: ${decided.length} vectors pass in Chromium ${browser.version}; ` +
        `${(bytes / 1024).toFixed(1)} KB minified, ${(gzipSync(minified).length / 1024).toFixed(1)} KB gzipped`,
    );
    // Small enough to be kept by any phone, and free of server code.
    expect(bytes).toBeLessThan(16 * 1024);
    expect(minified).not.toContain('aws');
  });
});
