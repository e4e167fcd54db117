import { createHash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { useClient, type OpenedPage } from '../../support/browser.js';

const client = useClient();

async function openAbout(prepare?: (opened: OpenedPage) => Promise<void>): Promise<OpenedPage> {
  return client.openPage('/#/about', { locale: 'en', ...(prepare ? { prepare } : {}) });
}

async function servedManifest(): Promise<{ hash: string; version: string }> {
  const text = await (await fetch(`${client.url}/web-manifest.json`)).text();
  const { version }: { version: string } = JSON.parse(text);
  return { hash: createHash('sha256').update(text).digest('hex'), version };
}

describe('the page about this version', () => {
  it('shows the hash of the manifest that the server delivers, in groups of four', async () => {
    const { page } = await openAbout();
    const { hash, version } = await servedManifest();
    const shown = await page.getByTestId('manifest-hash').innerText();
    expect(shown).toMatch(/^(?:[0-9a-f]{4} ){15}[0-9a-f]{4}$/);
    expect(shown.replaceAll(' ', '')).toBe(hash);
    await page.getByText(`${version}+${hash.slice(0, 12)}`).waitFor();
  });

  it('says which profile is in use, how to check who released it, and what a page cannot prove', async () => {
    const { page } = await openAbout();
    await page.getByTestId('manifest-hash').waitFor();
    const text = await page.getByRole('main').innerText();
    expect(text).toContain('(one-origin)');
    expect(text).toContain(`enlace audit verify-web ${client.url} --trust trust-store.json`);
    expect(text).toContain('A page cannot prove its own honesty.');
  });

  it('raises the alarm when the settings are not those of the manifest', async () => {
    const { page } = await openAbout(async ({ page: prepared }) => {
      await prepared.route('/deployment.json', async (route) => {
        await route.fulfill({
          json: { v: 1, name: 'X', apiOrigin: null, rpId: null },
        });
      });
    });
    await page
      .getByRole('alert')
      .filter({ hasText: /\S/ })
      .getByText('does not match the list')
      .waitFor();
    await page.getByText('client.delivery-mismatch').waitFor();
    expect(await page.getByTestId('manifest-hash').count()).toBe(0);
  });

  it('says when the manifest cannot be read, and reads it again when asked', async () => {
    const { page } = await openAbout(async ({ page: prepared, watch }) => {
      watch.provoke(/^answered 503/, /^console: .*503/);
      const unavailable = { status: 503, body: '' };
      await prepared.route('/web-manifest.json', (route) => route.fulfill(unavailable), {
        times: 1,
      });
    });
    await page.getByText('client.unreachable').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('manifest-hash').waitFor();
    expect(await page.getByRole('alert').filter({ hasText: /\S/ }).count()).toBe(0);
  });

  it('shows a sentence and a button when its own code cannot be loaded', async () => {
    const { page } = await openAbout(async ({ page: prepared, watch }) => {
      watch.provoke(/^failed: .*about-page/, /^console: /);
      await prepared.route('/assets/about-page-*.js', (route) => route.abort());
    });
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await page.getByRole('alert').filter({ hasText: /\S/ }).innerText()).toContain(
      'Something failed on this page',
    );
  });
});
