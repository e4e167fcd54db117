import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

import { startServer, type TestServer } from './api-server.js';
import type { ChromiumFound } from './chromium.js';
import { PageWatch } from './page-watch.js';

/** Ours: the arguments of the npm package switch web security and site isolation off. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
];

/** The build that the set-up made from the sources. */
export const WEB_ROOT = fileURLToPath(new URL('../../apps/web/dist', import.meta.url));

export interface OpenedPage {
  readonly page: Page;
  readonly watch: PageWatch;
}

export interface Client {
  /** Of the server, `http://localhost:<port>`: passkeys refuse an IP address. */
  readonly url: string;
  /**
   * Opens a page of its own context at a path. When the test ends, the page must have been quiet, save what the test
   * declared with `watch.provoke`. `prepare` runs before the first request.
   */
  openPage(path?: string, options?: OpenOptions): Promise<OpenedPage>;
}

export interface OpenOptions extends BrowserContextOptions {
  readonly prepare?: (opened: OpenedPage) => Promise<void>;
}

/** A server and a browser for the tests of one file. */
export function useClient(): Client {
  return useClientOf(async () =>
    startServer({}, { webRoot: WEB_ROOT, forTestsOnlyUnreleasedClient: true }),
  );
}

/** The same with a server of the test's own. */
export function useClientOf<Started extends Pick<TestServer, 'url' | 'close'>>(
  start: () => Promise<Started>,
  /** How long the start may take; without it as long as any hook. In milliseconds. */
  startMs?: number,
): Client & { server(): Started } {
  let server: Started;
  let browser: Browser;
  const opened: OpenedPage[] = [];

  beforeAll(async () => {
    server = await start();
    browser = await launchChromium();
  }, startMs);
  afterEach(async () => {
    const findings: string[] = [];
    for (const { page, watch } of opened.splice(0)) {
      await watch.settle();
      await page.context().close();
      findings.push(...watch.findings());
    }
    expect(findings).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  return {
    server: () => server,
    get url() {
      return server.url;
    },
    async openPage(path = '/', { prepare, ...options } = {}) {
      const context = await browser.newContext({
        baseURL: server.url,
        locale: 'es-GT',
        ...options,
      });
      const page = await context.newPage();
      const result = { page, watch: await PageWatch.on(page, server.url) };
      opened.push(result);
      await prepare?.(result);
      await page.goto(path);
      return result;
    },
  };
}

async function launchChromium(): Promise<Browser> {
  const found: ChromiumFound = JSON.parse(process.env.TEST_CHROMIUM ?? '');
  const browser = await chromium.launch({
    executablePath: found.executablePath,
    args: ARGUMENTS,
    env: { ...process.env, ...found.env },
  });
  if (found.majorVersion !== null && !browser.version().startsWith(`${found.majorVersion}.`)) {
    throw new Error(`the browser is ${browser.version()}, not ${found.majorVersion}`);
  }
  return browser;
}
