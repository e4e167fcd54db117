import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { canonicalJson, type JsonObject } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import type { BrowserContext, Page } from 'playwright-core';

import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { findScreenFaults } from '../../../support/axe.js';
import { useClientOf, WEB_ROOT, type OpenedPage } from '../../../support/browser.js';
import { ReleaseStage, TestBuild } from '../../../support/releases/release-stage.js';
import { until } from '../../../support/until.js';

const ARTIFACTS = join(import.meta.dirname, '../../../../artifacts/web/delivery');

/** The client of these sources, released by two of three holders of release keys. */
async function startReleased() {
  await cryptoReady();
  const stage = await ReleaseStage.begin(await TestBuild.of(WEB_ROOT));
  await stage.found(stage.note());
  await until(async () => {
    await stage.look();
    return (await stage.page()).status === 200;
  });
  const { port } = new URL(stage.api.url);
  return { stage, url: `http://localhost:${port}`, close: async () => stage.end() };
}

const client = useClientOf(startReleased);

interface File {
  readonly path: string;
  readonly sha256: string;
}
interface Manifest extends JsonObject {
  readonly version: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly files: (JsonObject & { readonly path: string; readonly sha256: string })[];
}

function released(): Manifest {
  return JSON.parse(client.server().stage.build.manifest) as Manifest;
}

function named(pattern: RegExp): string {
  return released().files.find(({ path }: File) => pattern.test(path))?.path ?? 'none';
}

/** The answer of the server with a byte more: of code and of settings alike a space changes nothing but the hash. */
async function tamper(context: BrowserContext, path: string): Promise<void> {
  await context.route(`**${path}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${await answer.text()} ` });
  });
}

/** Another client of the same server, released after this one unless it is said otherwise. */
class OtherRelease {
  static readonly ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>';
  readonly manifest: string;
  readonly id: string;
  readonly hash: string;

  constructor() {
    const files = released().files.map((file) =>
      file.path === '/icon.svg'
        ? { ...file, size: OtherRelease.ICON.length, sha256: sha256(OtherRelease.ICON) }
        : file,
    );
    this.manifest = canonicalJson({ ...released(), files });
    this.hash = sha256(this.manifest);
    this.id = `${released().version}+${this.hash.slice(0, 12)}`;
  }

  note(signers?: readonly number[], aheadMs = 1_000): string {
    return client.server().stage.note(signers, { manifest: this.manifest, aheadMs });
  }

  async serve(context: BrowserContext, note = this.note(), icon = OtherRelease.ICON) {
    await context.route('**/web-manifest.json', async (route) =>
      route.fulfill({ body: this.manifest }),
    );
    await context.route('**/web-manifest.note', async (route) => route.fulfill({ body: note }));
    await context.route('**/icon.svg', async (route) =>
      route.fulfill({ body: icon, contentType: 'image/svg+xml' }),
    );
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Resolves once this browser keeps the release and gives it to pages that are opened from here on. */
async function installed(page: Page): Promise<void> {
  await page.evaluate(async () => navigator.serviceWorker.ready);
}

async function openKept(options: Parameters<typeof client.openPage>[1] = {}): Promise<OpenedPage> {
  const opened = await client.openPage('/', options);
  // What a page asked for ahead is asked for again where it comes from what is kept: the browser says so, sometimes.
  opened.watch.tolerate(/^console: (?:A preload for|The resource) .* (?:found|preloaded)/);
  await installed(opened.page);
  return opened;
}

async function again(page: Page): Promise<void> {
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

const title = (page: Page, said: typeof es, key: keyof typeof es) =>
  page.getByRole('heading', { level: 1, name: said[key] });

async function keptPaths(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('release-'));
    const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return kept.flat().map(({ url }) => new URL(url).pathname);
  });
}

describe('a released client', () => {
  it('is kept whole, each file once, and opens without a server', async () => {
    const { page, watch } = await openKept();
    const all = [...released().files.map(({ path }) => path), '/web-manifest.json'].toSorted();
    expect((await keptPaths(page)).toSorted()).toEqual(all);
    watch.tolerate(/ERR_INTERNET_DISCONNECTED/);
    await page.context().setOffline(true);
    await again(page);
    await title(page, es, 'sign-in.title').waitFor();
    await page.goto('/#/about');
    await page.getByTestId('manifest-hash').waitFor();
  });

  it('is given with the headers that were signed, whatever came with its files', async () => {
    const { page } = await openKept({
      prepare: async ({ page: prepared }) => {
        await prepared.context().route('**/icon.svg', async (route) => {
          const answer = await route.fetch();
          const headers = { ...answer.headers(), 'content-security-policy': 'default-src *' };
          await route.fulfill({ response: answer, headers });
        });
      },
    });
    await again(page);
    const policy = await page.evaluate(async () => {
      const { headers } = await fetch('/icon.svg');
      return headers.get('content-security-policy');
    });
    expect(policy).toBe(released().headers['content-security-policy']?.replace('{api}', ''));
  });

  it.each([
    ['a script that comes on demand', /^\/assets\/about-page/],
    ['the settings', /^\/deployment\.json$/],
    ['what keeps it', /^\/sw\.js$/],
  ])('is not installed when %s differs by one byte, and the alarm page names it', async (_, at) => {
    const path = named(at);
    const { page } = await client.openPage('/', {
      locale: 'en-US',
      prepare: async ({ page: prepared }) => tamper(prepared.context(), path),
    });
    await title(page, en, 'alarm.title').waitFor();
    await page.getByText(path, { exact: false }).waitFor();
    await page.getByText('release.file').waitFor();
    await page.getByText(en['alarm.effect.none-held']).waitFor();
    expect(await page.evaluate(async () => navigator.serviceWorker.getRegistrations())).toEqual([]);
    await page.context().unrouteAll();
    await page.getByRole('button', { name: en['problem.retry'] }).click();
    await title(page, en, 'sign-in.title').waitFor();
    await installed(page);
  });
});

describe('a release after the one that is kept', () => {
  it('is used once the person says so, and not before', async () => {
    const { page } = await openKept();
    const next = new OtherRelease();
    await next.serve(page.context());
    await again(page);
    const notice = page.getByRole('region', { name: es['release.ready.title'] });
    await notice.getByText(next.id).waitFor();
    expect(await findScreenFaults(page, join(ARTIFACTS, 'es-ready'))).toEqual([]);
    const icon = async () => page.evaluate(async () => (await fetch('/icon.svg')).text());
    expect(await icon()).not.toBe(OtherRelease.ICON);
    await notice.getByRole('button', { name: es['release.change'] }).click();
    await until(async () => (await icon().catch(() => '')) === OtherRelease.ICON);
    await title(page, es, 'sign-in.title').waitFor();
    await notice.waitFor({ state: 'detached' });
    // The one before stays for pages that were opened with it.
    expect((await keptPaths(page)).length).toBe(2 * (released().files.length + 1));
  });

  it.each<[string, string, (next: OtherRelease, context: BrowserContext) => Promise<void>]>([
    ['one byte differs', 'release.file', async (next, at) => next.serve(at, next.note(), 'other')],
    [
      'fewer signed it than must',
      'release.too-few-signatures',
      async (next, at) => next.serve(at, next.note([0])),
    ],
    [
      'it is older than the one in use',
      'release.older',
      async (next, at) => next.serve(at, next.note([0, 1], -60_000)),
    ],
    [
      'the note is that of another',
      'release.other-manifest',
      async (next, at) => next.serve(at, client.server().stage.note()),
    ],
  ])('is refused where %s: the one that was verified goes on', async (_, code, serve) => {
    const { page } = await openKept({ locale: 'en-US' });
    const own = `${released().version}+${sha256(client.server().stage.build.manifest).slice(0, 12)}`;
    const next = new OtherRelease();
    await serve(next, page.context());
    await again(page);
    await title(page, en, 'alarm.title').waitFor();
    await page.getByText(code).waitFor();
    expect(await findScreenFaults(page, join(ARTIFACTS, code))).toEqual([]);
    await page.getByRole('button', { name: en['alarm.go-on'].replace('{release}', own) }).click();
    await title(page, en, 'sign-in.title').waitFor();
    expect(await page.evaluate(async () => (await fetch('/icon.svg')).text())).not.toBe(
      OtherRelease.ICON,
    );
  });
});
