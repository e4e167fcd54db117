import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { edited, goodRequest, type Edits } from '@enlace/testing';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf, type Client } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

const TITLE = 'Northwind';
/** Stands in the draft; the other State must never see it. */
const CANARY = 'Hortensia Quijano Zeledón';
/** A way around the own central authority, and a child under its whole name. */
const FAULTS: Edits = {
  '/channel/fromCentralAuthorityId': null,
  '/persons/0/minor': true,
  '/persons/0/name': CANARY,
};

/** Begins a draft with faults in a case with the United States. */
async function begin(lucia: Colleague, demo: Client & { server(): { folder: string } }) {
  const { said, page } = lucia;
  await lucia.follow(said['frame.cases']);
  await page.getByLabel('US', { exact: true }).check();
  await lucia.press(said['cases.open.act']);
  await page
    .getByRole('link', { name: new RegExp(`^${said['case.type.migrant-smuggling']}`, 'u') })
    .first()
    .click();
  const file = join(demo.server().folder, 'draft.json');
  writeFileSync(file, JSON.stringify(edited(goodRequest(), FAULTS)));
  await page.getByLabel(said['requests.start.name'], { exact: true }).fill(TITLE);
  await page.getByLabel(said['requests.start.file'], { exact: true }).setInputFiles(file);
  await lucia.press(said['requests.start.act']);
  await lucia.heading(TITLE);
}

/** Until the verdict says that it is ready: the channel in the editor, the child where it would be shared. */
async function mend(lucia: Colleague): Promise<void> {
  const { said, page } = lucia;
  const verdict = (words: RegExp) => page.locator('output.verdict').filter({ hasText: words });
  await verdict(/^No lista/u).waitFor();
  await page.locator('.section-choice').nth(1).click();
  await page.locator('[id="at/channel/fromCentralAuthorityId"]').fill('CR-CENTRAL');
  const saved = said['requests.saving.saved'].replace(/ *\{when\}/u, '');
  await page.locator('output', { hasText: saved }).waitFor();
  await lucia.follow(said['requests.place.share']);
  await lucia.heading(said['requests.share.title']);
  await page.getByText(said['requests.share.unprotected']).waitFor();
  await lucia.inspect('share-unprotected');
  await lucia.press(said['requests.protection.initials'].replace('{who}', 'p1'));
  await page.getByRole('heading', { name: said['requests.share.preview'] }).waitFor();
  await verdict(/^Lista(?: ·|$)/u).waitFor();
}

async function share(lucia: Colleague, dana: Colleague): Promise<void> {
  const { said, page } = lucia;
  const travels = page.locator('.compared-travels');
  expect(await travels.filter({ hasText: CANARY }).count()).toBe(0);
  await page.locator('.fate-withheld', { hasText: CANARY }).waitFor();
  await lucia.choose(said['requests.share.person'], dana.name);
  const act = page.getByRole('button', {
    name: said['requests.share.act'].replace('{state}', 'US'),
    exact: true,
  });
  // Nothing goes out before somebody says that it was read.
  expect(await act.isDisabled()).toBe(true);
  await page.getByLabel(said['requests.share.confirm'], { exact: true }).check();
  await lucia.inspect('share');
  await act.click();
  await lucia.heading(said['requests.opinion.title']);
  await page
    .getByRole('heading', { name: said['requests.version'].replace('{version}', '1') })
    .waitFor();
  await lucia.inspect('shared');
}

/** Takes part in the thread, then reads what was shared. */
async function read(dana: Colleague): Promise<string> {
  const { said, page } = dana;
  await dana.follow(said['frame.cases']);
  const others = page.getByRole('region', { name: said['threads.others'] });
  await others.getByRole('link').first().click();
  await dana.press(said['thread.join.act']);
  await dana.isConnected();
  await dana.follow(said['frame.requests']);
  await dana.heading(said['requests.title']);
  await dana.inspect('requests-of-the-requested');
  await dana.follow(TITLE);
  await dana.heading(said['requests.opinion.title']);
  await page.locator('.document').first().waitFor();
  await dana.inspect('opinion');
  return (await page.locator('main').textContent()) ?? '';
}

describe('a request of Costa Rica to the United States, in two browsers', () => {
  it(
    'is drafted and mended in one, and read in the other as it was confirmed',
    async () => {
      const lucia = await Colleague.enter(client, 'cr-lucia', 'es');
      await begin(lucia, client);
      await mend(lucia);
      const dana = await Colleague.enter(client, 'us-dana', 'en');
      await share(lucia, dana);
      const seen = await read(dana);
      expect(seen).toContain('CR-2026-');
      expect(seen).not.toContain(CANARY);
    },
    FIRST_START_MS,
  );
});
