import { describe, expect, it } from '@jest/globals';
import { systemClock } from '@enlace/kernel';
import type { Locator, Page } from 'playwright-core';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import type { Colleague } from './colleague.js';
import { meetInThread } from './open-thread.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);
const DAY_MS = 86_400_000;

const WORDS = {
  es: {
    question: '¿Tienen la placa?',
    answer: 'Sí: va en el acta.',
    objection: 'Falta la fecha de la inspección.',
    corrected: '¿Tienen la placa y el motor?',
    mistaken: 'Esto era de otro caso.',
    reason: 'Es de otro caso.',
  },
  en: {
    question: 'Do you have the plate?',
    answer: 'Yes: it is in the report.',
    objection: 'The date of the inspection is missing.',
    corrected: 'Do you have the plate and the engine?',
    mistaken: 'This was of another case.',
    reason: 'It is of another case.',
  },
} as const;

/** The message that says something, with everything about it. */
function entryOf({ page }: Colleague, text: string): Locator {
  return page.locator('.entry', { has: page.locator('.entry-text', { hasText: text }) }).first();
}

/** The sentence of a catalogue up to its first argument. */
function begins(sentence: string): string {
  return sentence.slice(0, sentence.indexOf('{')).trim();
}

async function begin(by: Colleague, text: string, act: string): Promise<Locator> {
  const { said, page } = by;
  const entry = entryOf(by, text);
  const more = entry.getByText(said['thread.acts'], { exact: true });
  if ((await more.getAttribute('aria-expanded')) !== 'true') await more.click();
  await entry.getByRole('button', { name: act, exact: true }).click();
  return page.getByRole('dialog');
}

async function gone(dialog: Locator): Promise<void> {
  await dialog.waitFor({ state: 'detached' });
}

/** By the keyboard alone: from the end of the list to an entry, and to its answer. */
async function answers(by: Colleague, text: string, answer: string): Promise<void> {
  const { page, said } = by;
  await page.locator('.entry[tabindex="0"]').focus();
  const isThere = async (): Promise<boolean> =>
    page.evaluate((seen) => document.activeElement?.textContent?.includes(seen) ?? false, text);
  const rows = await page.locator('.entry').count();
  for (let row = 0; row < rows && !(await isThere()); row += 1) await page.keyboard.press('k');
  expect(await isThere()).toBe(true);
  await page.keyboard.press('r');
  const field = page.getByLabel(said['thread.say'], { exact: true });
  expect(await field.evaluate((each) => each === document.activeElement)).toBe(true);
  await page.keyboard.type(answer);
  await page.keyboard.press('Control+Enter');
  await by.sees(answer);
}

describe('what two prosecutors formally say of entries', () => {
  it.each(['es', 'en'] as const)(
    'is signed by one and seen by the other (%s)',
    async (locale) => {
      const words = WORDS[locale];
      const { rosa, omar } = await meetInThread(client, { locale, before: [] });
      const { said } = rosa;
      await rosa.say(words.question);
      await omar.sees(words.question);

      await answers(omar, words.question, words.answer);
      await rosa.sees(words.answer);
      await entryOf(rosa, words.answer)
        .getByRole('button', { name: new RegExp(begins(said['thread.reply.quoted'])) })
        .click();
      const focused = rosa.page.locator('.entry:focus');
      await focused.getByText(words.question).first().waitFor();

      const objecting = await begin(omar, words.question, said['thread.act.objection']);
      await objecting.getByText(said['thread.act.objection.verb']).click();
      await objecting.getByText(said['thread.act.incomplete.words']).waitFor();
      await objecting.getByLabel(said['thread.act.reason']).fill(words.objection);
      await omar.inspect(`${locale}-objecting`);
      await objecting.getByText(said['thread.act.objection.verb']).click();
      await gone(objecting);
      await entryOf(rosa, words.question).getByText(words.objection).waitFor();

      const agreeing = await begin(rosa, words.answer, said['thread.act.agreed']);
      await agreeing.getByText(said['thread.act.agreed.verb']).click();
      await gone(agreeing);
      await entryOf(omar, words.answer).getByText(begins(said['thread.mark.agreed'])).waitFor();

      await acknowledgement(rosa, omar, words.question);
      await corrections(rosa, omar, locale);
      expect(await omar.page.locator('.entry[tabindex="0"]').count()).toBe(1);
      await rosa.inspect(`${locale}-formal`);
      await omar.inspect(`${locale}-formal-other`);
    },
    FIRST_START_MS,
  );
});

async function acknowledgement(rosa: Colleague, omar: Colleague, text: string): Promise<void> {
  const { said } = rosa;
  const asking = await begin(rosa, text, said['thread.act.ask']);
  await asking.getByText(said['thread.act.ask.verb'], { exact: true }).click();
  await asking.getByText(said['thread.act.incomplete.ask']).waitFor();
  const until = new Date(systemClock.nowMs() + DAY_MS).toISOString().slice(0, 16);
  await asking.getByLabel(said['thread.ask.deadline']).fill(until);
  await asking.getByText(said['thread.act.ask.verb'], { exact: true }).click();
  await gone(asking);
  await asksAtHome(omar, rosa);
  const who = `${omar.name} (PA)`;
  await entryOf(rosa, text).getByText(said['thread.ack.pending'].replace('{who}', who)).waitFor();

  await missesNobody(rosa, omar);
  for (const { page } of [omar, rosa]) await inTwoDays(page);
  await entryOf(omar, text)
    .getByText(begins(said['thread.ack.asked'].slice(5)))
    .waitFor();
  await missedAtHome(rosa, omar);
  await entryOf(omar, text).focus();
  await omar.page.keyboard.press('a');
  const giving = omar.page.getByRole('dialog');
  await giving.getByText(begins(said['thread.ack.until'])).waitFor();
  await entryOf(omar, text).getByText(said['thread.ack.overdue'].replace('{who}', who)).waitFor();
  await giving.getByText(said['thread.act.acknowledge.verb'], { exact: true }).click();
  await gone(giving);
  const done = begins(said['thread.ack.done'].replace('{who}', who));
  await entryOf(rosa, text).getByText(done).waitFor();
  await lookAtHome(omar);
  expect(await dueAtHome(omar, rosa).count()).toBe(0);
  await backToThread(omar);
}

async function inTwoDays(page: Page): Promise<void> {
  await page.evaluate((days) => {
    const now = new Date().getTime();
    // oxlint-disable-next-line no-restricted-properties -- the clock of this page goes forward
    Date.now = () => now + days;
  }, 2 * DAY_MS);
}

/** Whoever asked has nothing to do before the deadline. */
async function missesNobody(by: Colleague, asked: Colleague): Promise<void> {
  await lookAtHome(by);
  expect(await missed(by, asked).count()).toBe(0);
  await backToThread(by);
}

/** After it the first page says who has not answered. */
async function missedAtHome(by: Colleague, asked: Colleague): Promise<void> {
  await lookAtHome(by);
  await missed(by, asked).waitFor();
  await by.inspect(`missed-${by.said['frame.home']}`);
  await backToThread(by);
}

function missed({ said, page }: Colleague, { name }: Colleague): Locator {
  const today = page.getByRole('region', { name: said['today.title'] });
  const begun = begins(said['today.missed'].replace('{who}', `${name} (PA)`));
  return today.getByText(begun);
}

/** The first page says what is asked. */
async function asksAtHome(asked: Colleague, by: Colleague): Promise<void> {
  const { said, page } = asked;
  await page.getByText(begins(said['thread.ack.asked'].slice(5))).waitFor();
  await lookAtHome(asked);
  await dueAtHome(asked, by).waitFor();
  await asked.inspect(`today-${said['frame.home']}`);
  await backToThread(asked);
}

async function lookAtHome({ said, page }: Colleague): Promise<void> {
  await page.getByRole('link', { name: said['frame.home'], exact: true }).click();
  await page.getByRole('heading', { level: 2, name: said['today.title'] }).waitFor();
  await page.getByText(said['today.loading']).waitFor({ state: 'detached' });
}

function dueAtHome({ said, page }: Colleague, by: Colleague): Locator {
  const today = page.getByRole('region', { name: said['today.title'] });
  return today.getByRole('listitem').filter({ hasText: `${by.name} (CR)` });
}

async function backToThread({ said, page }: Colleague): Promise<void> {
  await page.goBack();
  await page.getByText(said['thread.line.open']).waitFor();
}

async function corrections(rosa: Colleague, omar: Colleague, locale: 'es' | 'en'): Promise<void> {
  const { said } = rosa;
  const words = WORDS[locale];
  const editing = await begin(rosa, words.question, said['thread.act.edit']);
  await editing.getByLabel(said['thread.edit.text']).fill(words.corrected);
  await editing.getByText(said['thread.act.edit.verb'], { exact: true }).click();
  await gone(editing);
  await omar.sees(words.corrected);
  const corrected = entryOf(omar, words.corrected);
  const earlier = corrected.getByText(words.question, { exact: true });
  expect(await earlier.isVisible()).toBe(false);
  await corrected.getByText(said['thread.earlier.show']).click();
  expect(await earlier.isVisible()).toBe(true);

  await rosa.say(words.mistaken);
  await omar.sees(words.mistaken);
  const withdrawing = await begin(rosa, words.mistaken, said['thread.act.withdraw']);
  await withdrawing.getByLabel(said['thread.act.reason']).fill(words.reason);
  await withdrawing.getByText(said['thread.act.withdraw.verb'], { exact: true }).click();
  await gone(withdrawing);
  const tombstone = omar.page.locator('.entry .notice', { hasText: words.reason });
  await tombstone.waitFor();
  expect(await omar.page.getByText(words.mistaken, { exact: true }).isVisible()).toBe(false);
  await omar.press(said['thread.withdrawn.show']);
  expect(await omar.page.getByText(words.mistaken, { exact: true }).isVisible()).toBe(true);
}
