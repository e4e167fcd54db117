import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { sha256, toHex } from '@enlace/kernel';
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
const SUSPECT = 'Beto Araya Solano';
/** Of Panama is asked what the good request asks of the United States. */
const PAIR: Edits = {
  '/requestedState': 'PA',
  '/channel/toCentralAuthorityId': 'PA-MINGOB',
  '/measures/0/custodian/state': 'PA',
  '/measures/1/custodian/state': 'PA',
  '/measures/2/custodian/state': 'PA',
};
/** Three places that each make one rule speak, and a child under its whole name. */
const FAULTS: Edits = {
  '/channel/fromCentralAuthorityId': null,
  '/measures/0/nexus/explanation': null,
  '/authorities/requesting/officer/email': null,
  '/persons/0/minor': true,
  '/persons/0/name': CANARY,
};
/** By section of the form. The last one is what blocks. */
const MENDED = [
  [9, '/measures/0/nexus/explanation', 'It told the driver when to load (para. 3).'],
  [18, '/authorities/requesting/officer/email', 'oficial@example.org'],
  [1, '/channel/fromCentralAuthorityId', 'CR-CENTRAL'],
] as const;

/** One finding after the other, until the verdict says that it is ready: the child last, where it would be shared. */
async function mend(lucia: Colleague): Promise<void> {
  const { said, page } = lucia;
  const verdict = (words: RegExp) => page.locator('output.verdict').filter({ hasText: words });
  await verdict(/^No lista/u).waitFor();
  let left = await page.locator('.panel .finding').count();
  for (const [section, path, text] of MENDED) {
    await page.locator('.section-choice').nth(section).click();
    const folded = page.locator('details[id="at/measures/0"]:not([open]) > summary');
    if (section === 9 && (await folded.count()) > 0) await folded.click();
    await page.locator(`[id="at${path}"]`).fill(text);
    left -= 1;
    await page.waitForFunction(
      (count) => document.querySelectorAll('.panel .finding').length === count,
      left,
    );
    // The child alone blocks it to the end.
    await verdict(/^No lista/u).waitFor();
  }
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

/** Lets the name of the suspect travel; of the child nothing is offered. */
async function tick(lucia: Colleague): Promise<void> {
  const { said, page } = lucia;
  const ticksOf = (code: string, id: string) => {
    const legend = said['requests.share.ticks.person'].replace('{code}', code).replace('{id}', id);
    return page.getByRole('group', { name: legend, exact: true });
  };
  const named = page.locator('.compared-travels').filter({ hasText: SUSPECT });
  expect(await named.count()).toBe(0);
  expect(await ticksOf('P-1', 'p1').count()).toBe(0);
  await ticksOf('P-2', 'p2').getByRole('checkbox').first().check();
  await named.first().waitFor();
}

async function share(lucia: Colleague, omar: Colleague): Promise<void> {
  const { said, page } = lucia;
  const travels = page.locator('.compared-travels');
  expect(await travels.filter({ hasText: CANARY }).count()).toBe(0);
  await page.locator('.fate-withheld', { hasText: CANARY }).waitFor();
  await tick(lucia);
  await lucia.choose(said['requests.share.person'], omar.name);
  const act = page.getByRole('button', {
    name: said['requests.share.act'].replace('{state}', 'PA'),
    exact: true,
  });
  // Nothing goes out before somebody says that it was read.
  expect(await act.isDisabled()).toBe(true);
  await page.locator('summary', { hasText: 'Qué preguntas importan más: todas por igual' }).click();
  for (const q of [12, 4] as const) {
    await page.getByRole('checkbox', { name: said[`requests.q.${q}`] }).check();
  }
  await page.locator('summary', { hasText: 'Qué preguntas importan más: 2 elegidas' }).waitFor();
  const neededBy = page.getByLabel(said['requests.share.needed-by'], { exact: true });
  await page.getByLabel(said['requests.share.confirm'], { exact: true }).check();
  await neededBy.fill('2020-03-01T17:00');
  expect(await act.isDisabled()).toBe(true);
  await neededBy.fill('2040-03-01T17:00');
  await lucia.inspect('share');
  await act.click();
  await lucia.heading(said['requests.opinion.title']);
  await page
    .getByRole('heading', { name: said['requests.version'].replace('{version}', '1') })
    .waitFor();
  await lucia.inspect('shared');
}

/** Takes part in the thread, then reads what was shared. */
async function read(omar: Colleague): Promise<string> {
  const { said, page } = omar;
  await omar.follow(said['frame.cases']);
  const others = page.getByRole('region', { name: said['threads.others'] });
  await others.getByRole('link').first().click();
  await omar.press(said['thread.join.act']);
  await omar.isConnected();
  // What is asked of him stands on the page of today.
  await omar.follow(said['frame.home']);
  await omar.heading(said['home.title']);
  const asked = page.getByRole('listitem').filter({ hasText: TITLE });
  const due = said['today.opinion.due']
    .replace('{state}', 'CR')
    .replace('{deadline}.', 'Mar 1, 2040');
  await asked.filter({ hasText: due }).waitFor();
  await omar.follow(said['frame.requests']);
  await omar.heading(said['requests.title']);
  await omar.inspect('requests-of-the-requested');
  await omar.follow(TITLE);
  await omar.heading(said['requests.opinion.title']);
  await page.locator('.document').first().waitFor();
  await omar.inspect('opinion');
  return (await page.locator('main').textContent()) ?? '';
}

const CONDITION = 'Con la orden del juez de la causa.';

/** Answers some questions, looks at what will be signed, and signs it. */
async function opine(omar: Colleague): Promise<void> {
  const { said, page } = omar;
  const question = (q: number) =>
    page.locator('fieldset.asked', { hasText: said[`requests.q.${q}` as keyof typeof said] });
  const answer = async (q: number, word: string): Promise<void> => {
    const field = question(q).getByLabel(said['requests.answer'], { exact: true }).first();
    await field.selectOption({ label: word });
  };
  // What was asked above all comes first, under its number.
  await page.getByText('Questions that matter most to whoever asks: 4, 12.').first().waitFor();
  const legends = await page.locator('fieldset.asked > legend').allInnerTexts();
  expect(legends.slice(0, 3).map((legend) => /\d+/u.exec(legend)?.[0])).toEqual(['4', '12', '1']);
  await answer(1, said['requests.answer.yes']);
  await answer(4, said['requests.answer.with-conditions']);
  await omar.press(said['requests.opine.review']);
  // Whoever says yes, but, says why.
  await page.getByText(said['requests.opine.wrong']).waitFor();
  await question(4).getByLabel(said['requests.answer.reason-needed']).first().fill(CONDITION);
  await question(12).getByLabel(said['requests.answer'], { exact: true }).selectOption('yes');
  await omar.choose(said['requests.q.15'], said['requests.recommend.send']);
  await outlives(omar);
  await omar.inspect('opinion-form');
  await omar.press(said['requests.opine.review']);
  await page.getByRole('heading', { name: said['requests.opine.preview'] }).waitFor();
  await omar.inspect('opinion-review');
  await omar.press(said['requests.opine.sign']);
  await page.locator('.opinion', { hasText: CONDITION }).waitFor();
}

/** What was typed last is there after a lock by hand in the same moment, and after a reload. */
async function outlives(omar: Colleague): Promise<void> {
  const { said, page, opened } = omar;
  const days = page
    .locator('fieldset.asked', { hasText: said['requests.q.12'] })
    .getByLabel(said['requests.q.field.days'], { exact: true });
  const reason = page.getByLabel(said['requests.answer.reason-needed'], { exact: true }).first();
  await days.fill('45');
  await page.keyboard.press('Alt+KeyL');
  await omar.heading(said['locked.title']);
  expect(await page.getByText(CONDITION).count()).toBe(0);
  await omar.press(said['demo.again']);
  await omar.heading(said['requests.opinion.title']);
  expect(await days.inputValue()).toBe('45');
  await days.fill('60');
  await page.getByText(said['thread.draft.kept'].replace(/, \{when\}\.$/u, '')).waitFor();
  await opened.watch.settle();
  // The browser says so of a script that it had already; which one, the moment decides.
  opened.watch.tolerate(/^console: A preload for .* cross-world service worker/);
  await page.reload();
  await omar.signIn();
  expect(await days.inputValue()).toBe('60');
  expect(await reason.inputValue()).toBe(CONDITION);
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
  const fact = (name: string) => page.locator('.fact', { hasText: name });
  await fact(said['requests.frozen.version']).filter({ hasText: /1$/u }).waitFor();
  await fact(said['requests.frozen.hash'])
    .filter({ hasText: /[\da-f]{64}$/u })
    .waitFor();
  await fact(said['requests.frozen.packs'])
    .filter({ hasText: /[\da-f]{64}$/u })
    .waitFor();
  await page.getByText('Hay 1 opinión del otro Estado sobre la versión 1 compartida.').waitFor();
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
    // What was saved is what the page, and the thread, name by its hash.
    await page.getByText(toHex(sha256(bytes)), { exact: true }).waitFor();
  }
  await page.getByText(said['requests.status.exported']).waitFor();
  await lucia.inspect('formal-exported');
}

describe('a request of Costa Rica to Panama, in two browsers', () => {
  it(
    'is drafted in one and mended finding by finding, read and answered in the other, frozen and exported',
    async () => {
      const lucia = await Colleague.enter(client, 'cr-lucia', 'es');
      await beginRequest(lucia, client, {
        title: TITLE,
        faults: { ...PAIR, ...FAULTS },
        requestedState: 'PA',
      });
      await mend(lucia);
      const omar = await Colleague.enter(client, 'pa-omar', 'en');
      await share(lucia, omar);
      const seen = await read(omar);
      expect(seen).toContain('CR-2026-');
      expect(seen).toContain(SUSPECT);
      expect(seen).not.toContain(CANARY);
      await opine(omar);
      // Nobody touches this page: it hears of the opinion by itself.
      await lucia.page.locator('.opinion', { hasText: CONDITION }).waitFor();
      await lucia.inspect('opinion-given');
      await formalise(lucia);
    },
    FIRST_START_MS,
  );
});
