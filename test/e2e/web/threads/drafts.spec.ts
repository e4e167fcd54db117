import { describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import type { Colleague } from './colleague.js';
import { meetInThread } from './open-thread.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

const WORDS = {
  es: {
    before: 'Esto es de antes de la invitación.',
    free: 'Se puede citar en público.',
    why: 'Ya salió en un boletín.',
    named: 'Solo para quienes están hoy.',
    mistaken: 'Esto era de otro caso.',
    reason: 'Es de otro caso.',
  },
  en: {
    before: 'This is of before the invitation.',
    free: 'This may be quoted in public.',
    why: 'It was in a bulletin.',
    named: 'Only for those who are here today.',
    mistaken: 'This was of another case.',
    reason: 'It is of another case.',
  },
} as const;

function field({ page, said }: Colleague): Locator {
  return page.getByLabel(said['thread.say'], { exact: true });
}

/** The sentence of a catalogue up to its first argument. */
function begins(sentence: string): string {
  return sentence.slice(0, sentence.indexOf('{')).trim();
}

function entryOf({ page }: Colleague, text: string): Locator {
  return page.locator('.entry', { has: page.locator('.entry-text', { hasText: text }) }).first();
}

describe('what somebody writes in a thread', () => {
  it.each(['es', 'en'] as const)(
    'outlives a reload, says how it may be used, and what cannot be read has a way out (%s)',
    async (locale) => {
      const words = WORDS[locale];
      const meeting = { locale, before: [words.before], floor: 'EN0' } as const;
      const { rosa, omar } = await meetInThread(client, meeting);
      await draftOutlives(rosa, words);
      await omar.sees(words.free);
      await namesItsReaders(rosa, omar, words.named);
      await asksForHistory(omar, words.before);
      await erased(rosa, omar, words);
      expect(await field(omar).inputValue()).toBe('');
      await omar.inspect(`${locale}-unreadable`);
    },
    FIRST_START_MS,
  );
});

async function draftOutlives(
  rosa: Colleague,
  words: { readonly free: string; readonly why: string },
): Promise<void> {
  const { page, said } = rosa;
  const send = page.getByRole('button', { name: said['thread.send'], exact: true });
  await field(rosa).fill(words.free);
  expect(await send.isEnabled()).toBe(true);
  await rosa.choose(said['thread.handling'], said['handling.EN0']);
  expect(await send.isEnabled()).toBe(false);
  await page.getByText(begins(said['thread.draft.kept'])).waitFor();
  await rosa.opened.watch.settle();
  // The browser says so of a script that it had already; which one, the moment decides.
  rosa.opened.watch.tolerate(/^console: A preload for .* cross-world service worker/);
  await page.reload();
  await rosa.signIn();
  await page.waitForFunction(
    (text) => document.querySelector<HTMLTextAreaElement>('form textarea')?.value === text,
    words.free,
  );
  await page.getByLabel(said['thread.handling.reason']).fill(words.why);
  await send.click();
  await rosa.sees(words.free);
  await page.waitForFunction(
    () => document.querySelector<HTMLTextAreaElement>('form textarea')?.value === '',
  );
}

async function namesItsReaders(rosa: Colleague, omar: Colleague, named: string): Promise<void> {
  const { page, said } = rosa;
  await rosa.choose(said['thread.handling'], said['handling.EN3']);
  const notice = page.getByText(begins(said['thread.handling.named']));
  await notice.filter({ hasText: omar.name }).filter({ hasText: rosa.name }).waitFor();
  await rosa.say(named);
  await omar.sees(named);
  await entryOf(omar, named).getByText('EN3', { exact: true }).waitFor();
}

/** What was before the invitation is no row without words: one line says so, and whom to ask. */
async function asksForHistory(omar: Colleague, before: string): Promise<void> {
  const { page, said } = omar;
  expect(await page.getByText(before).count()).toBe(0);
  await omar.press(said['thread.remedy.ask-history']);
  expect(await field(omar).inputValue()).toContain(begins(said['thread.write.history']));
  await field(omar).fill('');
}

async function erased(
  rosa: Colleague,
  omar: Colleague,
  words: { readonly mistaken: string; readonly reason: string },
): Promise<void> {
  const { said, page } = rosa;
  await rosa.say(words.mistaken);
  await omar.sees(words.mistaken);
  const entry = entryOf(rosa, words.mistaken);
  await entry.getByText(said['thread.acts'], { exact: true }).click();
  await entry.getByRole('button', { name: said['thread.act.withdraw'], exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(said['thread.act.reason']).fill(words.reason);
  await dialog.getByLabel(said['thread.withdraw.erase']).check();
  await dialog.getByText(said['thread.act.withdraw.verb'], { exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  const row = omar.page.locator('.entry', { hasText: said['thread.reason.redacted'] });
  await row.getByText(words.reason).waitFor();
  await row.getByText(said['thread.who.nobody']).waitFor();
  expect(await omar.page.getByText(words.mistaken).count()).toBe(0);
  await row.getByRole('button', { name: said['thread.remedy.record'], exact: true }).click();
  await omar.page.locator('.entry-event:focus').waitFor();
}
