import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { edited, goodRequest, personaOf, type Edits } from '@enlace/testing';
import type { Page } from 'playwright-core';

import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { findScreenFaults } from '../../../support/axe.js';
import { useClientOf } from '../../../support/browser.js';

const ARTIFACTS = join(import.meta.dirname, '../../../../artifacts/web/requests');
const WAIT_MS = 120_000;

const client = useClientOf(startStandingDemo, FIRST_START_MS);

/** Each makes one rule speak, and is mended by what stands in the good request. */
const FAULTS: Edits = {
  '/channel/fromCentralAuthorityId': null,
  '/measures/0/nexus/explanation': null,
  '/authorities/requesting/officer/email': null,
  '/persons/0/minor': true,
};
const MENDED = [
  ['/measures/0/nexus/explanation', 'It told the driver when to load (para. 3).'],
  ['/authorities/requesting/officer/email', 'oficial@example.org'],
  ['/channel/fromCentralAuthorityId', 'CR-CENTRAL'],
] as const;
const VERDICTS = {
  es: ['No lista', 'Lista, con puntos por corregir', 'Lista'],
  en: ['Not ready', 'Ready with points to fix', 'Ready'],
} as const;

function fieldOf(page: Page, path: string) {
  return page.locator(`[id="at${path}"]`);
}

async function inspected(page: Page, name: string): Promise<void> {
  expect(await findScreenFaults(page, join(ARTIFACTS, name))).toEqual([]);
}

describe('a cooperation officer in a browser', () => {
  it.each([
    ['es', 'cr-lucia'],
    ['en', 'cr-rosa'],
  ] as const)(
    'drafts a request from a file with faults, and mends one after the other (%s)',
    async (locale, slug) => {
      const said = locale === 'es' ? es : en;
      const [unready, points, ready] = VERDICTS[locale];
      const { page } = await client.openPage('/', { locale });
      page.setDefaultTimeout(WAIT_MS);
      const press = async (name: string): Promise<void> =>
        page.getByRole('button', { name, exact: true }).click();
      const follow = async (name: string): Promise<void> =>
        page.getByRole('link', { name, exact: true }).first().click();
      const verdict = page.locator('output.verdict');
      const reads = async (words: string): Promise<void> =>
        verdict.filter({ hasText: new RegExp(`^${words}(?: ·|$)`, 'u') }).waitFor();

      await press(said['demo.enter'].replace('{name}', personaOf(slug).name));
      await page.getByText(said['vouching.chain'].slice(-40)).waitFor();
      await follow(said['frame.requests']);
      // Also for the second one: she stands in no case of the first.
      await page.getByText(said['requests.none']).waitFor();
      await inspected(page, `${locale}-none`);

      await follow(said['frame.cases']);
      await page.getByLabel('US', { exact: true }).check();
      await press(said['cases.open.act']);
      await page
        .getByRole('link', { name: new RegExp(`^${said['case.type.migrant-smuggling']}`, 'u') })
        .first()
        .click();
      const file = join(client.server().folder, `${locale}.json`);
      writeFileSync(file, JSON.stringify(edited(goodRequest(), FAULTS)));
      const title = `Northwind ${locale}`;
      await page.getByLabel(said['requests.start.name'], { exact: true }).fill(title);
      await page.getByLabel(said['requests.start.file'], { exact: true }).setInputFiles(file);
      await inspected(page, `${locale}-start`);
      await press(said['requests.start.act']);
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
      await reads(unready);
      await page.getByRole('heading', { name: said['requests.protection.title'] }).waitFor();
      await inspected(page, `${locale}-faults`);

      // On opening a finding: what it rests on, in the words that were read of it.
      const notes = page.locator('.panel .finding');
      for (const note of await notes.all()) await note.locator('summary').first().click();
      await page.locator(`.panel blockquote p[lang="${locale}"]`).first().waitFor();
      await inspected(page, `${locale}-basis`);

      // Whoever is in danger is named nowhere before.
      await press(said['requests.protection.initials'].replace('{who}', 'p1'));
      const [nexus, email, channel] = MENDED;
      for (const [path, text] of [nexus, email]) {
        const section = path.startsWith('/measures') ? 9 : 18;
        await page.locator('.section-choice').nth(section).click();
        const folded = page.locator(`details[id="at/measures/0"]:not([open]) > summary`);
        if (section === 9 && (await folded.count()) > 0) await folded.click();
        await fieldOf(page, path).fill(text);
      }
      const blocker = page.locator('.panel .finding').first();
      await blocker.getByRole('button', { name: said['requests.jump'] }).click();
      expect(
        await fieldOf(page, channel[0]).evaluate((one) => one === document.activeElement),
      ).toBe(true);
      await inspected(page, `${locale}-blocker`);
      // What the model has no place for is said beside the field, and not written.
      await fieldOf(page, channel[0]).fill('x'.repeat(501));
      await page.locator('.form-notes .notice').waitFor();
      await reads(unready);
      await fieldOf(page, channel[0]).fill(channel[1]);
      await reads(ready);
      const saved = said['requests.saving.saved'].replace(/ *\{when\}/u, '');
      await page.locator('output', { hasText: saved }).waitFor();

      for (const panel of ['treaty', 'state', 'not-checked'] as const) {
        await page.getByRole('tab', { name: said[`requests.panel.${panel}`], exact: true }).click();
        await inspected(page, `${locale}-${panel}`);
      }
      // What was sealed is what the list reads.
      await follow(said['requests.back']);
      const card = page.locator('.card', { hasText: title });
      await card.locator('.verdict', { hasText: new RegExp(`^${ready}(?: ·|$)`, 'u') }).waitFor();
      expect(await card.getByText(points).count()).toBe(0);
      await inspected(page, `${locale}-list`);
      await follow(title);
      await page.locator('.section-choice').nth(1).click();
      await fieldOf(page, channel[0]).waitFor();
      expect(await fieldOf(page, channel[0]).inputValue()).toBe(channel[1]);
    },
    FIRST_START_MS,
  );
});
