import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { sha256, toHex } from '@enlace/kernel';
import { edited, goodRequest, type Edits } from '@enlace/testing';
import { extractText, getDocumentProxy } from 'unpdf';

import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';
import { ANNEX, beginRequest } from './begin-request.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

const TITLE = 'Northwind';
const SEALED = 'Beto Araya Solano';
const FAULTS: Edits = { '/persons/1/nameDisclosed': 'sealed-annex' };

async function textOf(pdf: Buffer): Promise<string> {
  const opened = await getDocumentProxy(new Uint8Array(pdf));
  const { text } = await extractText(opened, { mergePages: true });
  await opened.loadingTask.destroy();
  return text;
}

/** What the command makes of the same request, without a key and without a server. */
async function byCommand(language: 'es' | 'en'): Promise<{ main: Buffer; sealed: Buffer }> {
  const { stage, folder } = client.server();
  const request = join(folder, `request-${language}.json`);
  writeFileSync(request, JSON.stringify(edited(goodRequest(), { ...ANNEX, ...FAULTS })));
  const out = join(folder, `${language}.pdf`);
  const args = ['request', 'export', request, '--format', 'pdf', '--lang', language, '--out', out];
  const { code, output } = await stage.as('cr-lucia', ...args);
  expect({ code, output }).toMatchObject({ code: 0 });
  return { main: readFileSync(out), sealed: readFileSync(join(folder, `${language}.sealed.pdf`)) };
}

async function save(lucia: Colleague, name: RegExp): Promise<Buffer> {
  const saving = lucia.page.waitForEvent('download');
  await lucia.page.getByRole('link', { name }).click();
  return readFileSync(await (await saving).path());
}

/** The formal document of the frozen version, as PDF: what the browser saves of it. */
async function print(lucia: Colleague, said: typeof es, language: 'es' | 'en') {
  const { page } = lucia;
  await page.getByLabel(said['requests.formal.format'], { exact: true }).selectOption('pdf');
  await page.getByLabel(said['requests.formal.language'], { exact: true }).selectOption(language);
  await lucia.press(said['requests.formal.export']);
  const stem = `enlace-[\\da-f]{8}-v1-${language}`;
  await page.getByRole('link', { name: new RegExp(`${stem}\\.pdf$`, 'u') }).waitFor();
  return {
    main: await save(lucia, new RegExp(`${stem}\\.pdf$`, 'u')),
    sealed: await save(lucia, new RegExp(`${stem}\\.sealed\\.pdf$`, 'u')),
    list: await save(lucia, new RegExp(`${stem}\\.pdf\\.sha256$`, 'u')),
  };
}

describe('the formal document, printed in a browser', () => {
  it(
    'is the one that the command makes, to the byte, in both languages, with sealed persons in a file of their own',
    async () => {
      const lucia = await Colleague.enter(client, 'cr-lucia', 'es');
      const { page } = lucia;
      const fetched: string[] = [];
      page.context().on('request', (request) => {
        // What keeps the release fetches all of it.
        if (request.serviceWorker() === null) fetched.push(new URL(request.url()).pathname);
      });
      const printers = () => fetched.filter((path) => /\/worker\.pdf|\.ttf$/u.test(path));
      await beginRequest(lucia, client, { title: TITLE, faults: FAULTS });
      await lucia.follow(es['requests.place.formal']);
      await lucia.heading(es['requests.formal.title']);
      await page.getByText(es['requests.formal.clear']).waitFor();
      await lucia.press(es['requests.formal.freeze']);
      await page.getByText(es['requests.status.frozen']).waitFor();
      // Nobody fetches what prints before something is printed.
      expect(printers()).toEqual([]);

      for (const [said, language] of [
        [es, 'es'],
        [en, 'en'],
      ] as const) {
        const inBrowser = await print(lucia, said, language);
        await page.getByText(said['requests.status.exported']).waitFor();
        await lucia.inspect(`formal-printed-${language}`);
        const command = await byCommand(language);
        expect(await textOf(inBrowser.main)).toBe(await textOf(command.main));
        expect(inBrowser.main.equals(command.main)).toBe(true);
        expect(inBrowser.sealed.equals(command.sealed)).toBe(true);
        expect(await textOf(inBrowser.main)).not.toContain(SEALED);
        expect(await textOf(inBrowser.sealed)).toContain(SEALED);
        const hashes = [inBrowser.main, inBrowser.sealed].map((file) => toHex(sha256(file)));
        const lines = inBrowser.list.toString('utf8').trim().split('\n');
        expect(lines.map((line) => line.split('  ')[0])).toEqual(hashes);
        // What was saved is what the page, and the thread, name by its hash.
        for (const hash of hashes) await page.getByText(hash, { exact: true }).waitFor();
        if (language === 'es') await page.getByRole('radio', { name: 'English' }).click();
      }
      expect(printers().length).toBeGreaterThan(0);
    },
    FIRST_START_MS,
  );
});
