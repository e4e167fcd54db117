import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { personaOf } from '@enlace/testing';

import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { findScreenFaults } from '../../../support/axe.js';
import { useClientOf } from '../../../support/browser.js';

const ARTIFACTS = join(import.meta.dirname, '../../../../artifacts/web/offences');
const WAIT_MS = 120_000;
/** The witnesses are asked after each append; who looks before they answered looks again. */
const TRIES_LIMIT = 30;
const CONFIRMED = 'Código Penal de ejemplo, art. 456-F';
const client = useClientOf(startStandingDemo, FIRST_START_MS);

describe('the laws of the States side by side', () => {
  /** The secretariat publishes that Panama punishes an attempt. */
  beforeAll(async () => {
    const { stage, folder } = client.server();
    const run = async (slug: string, ...args: readonly string[]): Promise<void> => {
      const { code, output } = await stage.as(slug, ...args);
      expect({ code, output }).toMatchObject({ code: 0 });
    };
    const file = join(folder, 'fact.json');
    const what = ['--path', '/countries/PA/attemptPunishable', '--value', 'true'];
    const from = ['--source', CONFIRMED, '--source-date', '2026-09-01'];
    await run('xr-alma', 'device', 'sign-in');
    await run('xr-alma', 'directory', 'fact', 'propose', ...what, ...from, '--out', file);
    await run('xr-alma', 'directory', 'fact', 'confirm', '--in', file, '--yes');
    // What the witnesses have not seen counts for nobody.
    for (let tries = 0; ; tries += 1) {
      await stage.as('xr-alma', 'directory', 'verify');
      const { output } = await stage.as('xr-alma', 'directory', 'fact', 'list');
      if (output.includes(CONFIRMED)) return;
      if (tries === TRIES_LIMIT) throw new Error(`not confirmed: ${output}`);
    }
  }, FIRST_START_MS);

  it.each([
    ['es', 'cr-rosa', es],
    ['en', 'us-dana', en],
  ] as const)(
    'show what was published since, with its source, and leave as a file (%s)',
    async (locale, slug, said) => {
      const { page } = await client.openPage('/', { locale });
      page.setDefaultTimeout(WAIT_MS);
      const entry = said['demo.enter'].replace('{name}', personaOf(slug).name);
      await page.getByRole('button', { name: entry, exact: true }).click();
      await page.getByText(said['vouching.chain'].slice(-40)).waitFor();
      await page.getByRole('link', { name: said['frame.offences'], exact: true }).click();
      await page
        .getByRole('heading', { level: 1, name: said['offences.title'], exact: true })
        .waitFor();
      const [offences, treaties, changes] = [0, 2, 3].map((at) => page.getByRole('table').nth(at));
      const heads = async () => offences?.getByRole('columnheader').allInnerTexts();
      await offences?.waitFor();

      for (const one of await page.getByRole('checkbox').all()) await one.uncheck();
      await page.getByText(said['offences.too-few']).waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
      await page.getByLabel('PA', { exact: true }).check();
      await page.getByLabel('MX', { exact: true }).check();
      await changes?.waitFor();
      expect(await heads()).toEqual([
        said['offences.element'],
        expect.stringMatching(/^MX /u),
        expect.stringMatching(/^PA /u),
      ]);
      // What the first two tables, and the last one, rest on.
      for (const at of [0, 1, 3]) {
        const sources = page.locator('.law-sources').nth(at);
        await sources.locator('summary').click();
        await sources.getByText(CONFIRMED).waitFor();
      }
      expect(await treaties?.getByRole('rowheader').allInnerTexts()).toEqual(['MX–PA']);
      const changed = said === es ? 'sí' : 'yes';
      expect(await changes?.innerText()).toContain(changed);
      await findFaults(`${locale}-two`);

      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: /CSV/u }).first().click();
      const saved = await (await waiting).path();
      expect(readFileSync(saved, 'utf8')).toContain(CONFIRMED);

      for (const one of await page.getByRole('checkbox').all()) await one.check();
      await offences?.getByRole('columnheader').nth(11).waitFor();
      await findFaults(`${locale}-all`);

      async function findFaults(name: string): Promise<void> {
        expect(await findScreenFaults(page, join(ARTIFACTS, name))).toEqual([]);
      }
    },
    FIRST_START_MS,
  );
});
