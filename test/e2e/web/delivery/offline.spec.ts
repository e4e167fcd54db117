import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { PERSONAS } from '@enlace/testing';
import type { Page } from 'playwright-core';

import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { findScreenFaults } from '../../../support/axe.js';
import { useClientOf } from '../../../support/browser.js';

const ARTIFACTS = join(import.meta.dirname, '../../../../artifacts/web/offline');
const PATIENCE_MS = 120_000;

const client = useClientOf(startStandingDemo, FIRST_START_MS);

const NAME = PERSONAS.find(({ slug }) => slug === 'cr-rosa')?.name ?? '';
const TITLE = 'Ruta norte';
const FIRST = '¿Cruza mañana?';

async function enter(page: Page): Promise<void> {
  const name = es['demo.enter'].replace('{name}', NAME);
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('link', { name: es['frame.cases'], exact: true }).waitFor();
}

/** Opens a case and a thread in it, and says something there. Resolves to the place of the thread. */
async function openThread(page: Page): Promise<string> {
  await page.getByRole('link', { name: es['frame.cases'], exact: true }).click();
  await page.getByRole('heading', { level: 1, name: es['cases.title'] }).waitFor();
  await page.getByLabel('PA', { exact: true }).check();
  await page.getByRole('button', { name: es['cases.open.act'], exact: true }).click();
  await page
    .getByRole('link', { name: new RegExp(`^${es['case.type.migrant-smuggling']}`) })
    .first()
    .click();
  await page.getByLabel(es['threads.open.name'], { exact: true }).fill(TITLE);
  await page.getByRole('button', { name: es['threads.open.act'], exact: true }).click();
  await page.getByRole('heading', { level: 1, name: TITLE }).waitFor();
  await write(page, FIRST);
  await said(page, FIRST).waitFor();
  return new URL(page.url()).hash;
}

async function write(page: Page, text: string): Promise<void> {
  const field = page.getByLabel(es['thread.say'], { exact: true });
  await field.fill(text);
  await field.press('Control+Enter');
}

const said = (page: Page, text: string) => page.locator('.entry-text', { hasText: text });

/** The page is loaded again at its thread, whether there is a server or not. */
async function comeBack(page: Page): Promise<void> {
  await page.reload();
  await enter(page);
  await said(page, FIRST).waitFor();
}

describe('a page without a server', () => {
  // One browser of one person from beginning to end: another one with the same keys would be a device that went back.
  it(
    'is read and written in, and what waited or was cut off is sent once',
    async () => {
      const { page, watch } = await client.openPage();
      page.setDefaultTimeout(PATIENCE_MS);
      watch.tolerate(
        /ERR_INTERNET_DISCONNECTED/,
        /^console: (?:A preload for|The resource) .* (?:found|preloaded)/,
      );
      const context = page.context();
      await enter(page);
      const place = await openThread(page);
      await page.getByText(es['thread.line.open']).waitFor();
      await page.evaluate(async () => navigator.serviceWorker.ready);

      await context.setOffline(true);
      await comeBack(page);
      await page.getByText(es['thread.line.offline']).waitFor();
      await write(page, 'Escrito sin red.');
      await page.getByText(es['thread.waits']).waitFor();
      await comeBack(page);
      await page.getByText(es['thread.waits']).waitFor();
      expect(await findScreenFaults(page, join(ARTIFACTS, 'es-thread'))).toEqual([]);
      await context.setOffline(false);
      await page.getByText(es['frame.returned']).waitFor();
      expect(await findScreenFaults(page, join(ARTIFACTS, 'es-returned'))).toEqual([]);
      await page.getByRole('button', { name: es['frame.connect'], exact: true }).click();
      await said(page, 'Escrito sin red.').waitFor();
      await page.getByText(es['thread.waits']).waitFor({ state: 'detached' });
      await page.getByText(es['thread.line.open']).waitFor();

      // The server takes it, and the page ends before it hears so.
      const taken = new Promise<void>((resolve) => {
        void context.route('**/threads/*/entries', async (route) => {
          if (route.request().method() !== 'POST') return route.fallback();
          await route.fetch();
          return resolve();
        });
      });
      await write(page, 'Cerré la tapa.');
      await taken;
      await page.goto('about:blank');
      await context.unrouteAll({ behavior: 'ignoreErrors' });
      await page.goto(`/${place}`);
      await enter(page);
      await write(page, 'Al día siguiente.');
      await said(page, 'Al día siguiente.').waitFor();
      for (const text of ['Escrito sin red.', 'Cerré la tapa.', 'Al día siguiente.']) {
        expect([text, await said(page, text).count()]).toEqual([text, 1]);
      }
    },
    FIRST_START_MS,
  );
});
