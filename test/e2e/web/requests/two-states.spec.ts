import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import type { Edits } from '@enlace/testing';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';
import { beginRequest } from './begin-request.js';

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

const CONDITION = 'Con la orden del juez de la causa.';

/** Answers some questions, looks at what will be signed, and signs it. */
async function opine(dana: Colleague): Promise<void> {
  const { said, page } = dana;
  const question = (q: number) =>
    page.locator('fieldset.asked', { hasText: said[`requests.q.${q}` as keyof typeof said] });
  const answer = async (q: number, word: string): Promise<void> => {
    const field = question(q).getByLabel(said['requests.answer'], { exact: true }).first();
    await field.selectOption({ label: word });
  };
  await answer(1, said['requests.answer.yes']);
  await answer(4, said['requests.answer.with-conditions']);
  await dana.press(said['requests.opine.review']);
  // Whoever says yes, but, says why.
  await page.getByText(said['requests.opine.wrong']).waitFor();
  await question(4).getByLabel(said['requests.answer.reason-needed']).first().fill(CONDITION);
  await question(12).getByLabel(said['requests.answer'], { exact: true }).selectOption('yes');
  await question(12).getByLabel(said['requests.q.field.days'], { exact: true }).fill('45');
  await dana.choose(said['requests.q.15'], said['requests.recommend.send']);
  await dana.inspect('opinion-form');
  await dana.press(said['requests.opine.review']);
  await page.getByRole('heading', { name: said['requests.opine.preview'] }).waitFor();
  await dana.inspect('opinion-review');
  await dana.press(said['requests.opine.sign']);
  await page.locator('.opinion', { hasText: CONDITION }).waitFor();
}

/** Freezes the version, and saves the formal document in both languages. */
async function formalise(lucia: Colleague): Promise<void> {
  const { said, page } = lucia;
  await lucia.follow(said['requests.place.formal']);
  await lucia.heading(said['requests.formal.title']);
  await page.getByText(said['requests.formal.clear']).waitFor();
  await lucia.inspect('formal-clear');
  await lucia.press(said['requests.formal.freeze']);
  await page.getByText(said['requests.status.frozen']).waitFor();
  for (const [language, format, magic] of [
    ['es', 'docx', 'PK\u0003\u0004'],
    ['en', 'docx', 'PK\u0003\u0004'],
    ['es', 'json', '{\n  "format": "enlace-formal-document/1"'],
    ['en', 'json', '{\n  "format": "enlace-formal-document/1"'],
  ] as const) {
    await page.getByLabel(said['requests.formal.format'], { exact: true }).selectOption(format);
    await page.getByLabel(said['requests.formal.language'], { exact: true }).selectOption(language);
    await lucia.press(said['requests.formal.export']);
    const link = page.getByRole('link', { name: new RegExp(`-${language}\\.${format}$`, 'u') });
    const saving = page.waitForEvent('download');
    await link.click();
    const bytes = readFileSync(await (await saving).path());
    expect(bytes.subarray(0, magic.length).toString('latin1')).toBe(magic);
  }
  await page.getByText(said['requests.status.exported']).waitFor();
  await lucia.inspect('formal-exported');
}

describe('a request of Costa Rica to the United States, in two browsers', () => {
  it(
    'is drafted and mended in one, read and answered in the other, frozen and exported',
    async () => {
      const lucia = await Colleague.enter(client, 'cr-lucia', 'es');
      await beginRequest(lucia, client, { title: TITLE, faults: FAULTS });
      await mend(lucia);
      const dana = await Colleague.enter(client, 'us-dana', 'en');
      await share(lucia, dana);
      const seen = await read(dana);
      expect(seen).toContain('CR-2026-');
      expect(seen).not.toContain(CANARY);
      await opine(dana);
      // Nobody touches this page: it hears of the opinion by itself.
      await lucia.page.locator('.opinion', { hasText: CONDITION }).waitFor();
      await lucia.inspect('opinion-given');
      await formalise(lucia);
    },
    FIRST_START_MS,
  );
});
