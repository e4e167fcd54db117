import { describe, expect, it } from '@jest/globals';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import type { Colleague } from './colleague.js';
import { meetInThread } from './open-thread.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);
const BEFORE = ['Acta 1.', 'Acta 2.'] as const;

/** The sentence of a catalogue up to its first argument. */
function begins(sentence: string): string {
  return sentence.slice(0, sentence.indexOf('{')).trim();
}

/** What a page says of somebody in the thread. */
function cardOf({ page }: Colleague, name: string) {
  return page.locator('.cards > .card', { hasText: name });
}

async function safetyOf(by: Colleague, name: string): Promise<string> {
  const card = cardOf(by, name);
  await card.getByRole('button', { name: by.said['thread.safety.show'], exact: true }).click();
  return card.locator('.hash').innerText();
}

/** Whoever has no connection cannot go, and is told why. */
async function staysOffline(by: Colleague): Promise<void> {
  const { said, page } = by;
  const leave = page.getByRole('button', { name: said['thread.leave.open'], exact: true });
  const reason = page.locator('.card', { has: leave }).getByText(said['act.offline']);
  by.opened.watch.tolerate(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await reason.waitFor();
  expect(await leave.isDisabled()).toBe(true);
  await page.context().setOffline(false);
  await reason.waitFor({ state: 'detached' });
  expect(await leave.isEnabled()).toBe(true);
  await by.isConnected();
}

describe('who is in a thread', () => {
  it.each(['es', 'en'] as const)(
    'is certified, is compared, and may be given what was said before (%s)',
    async (locale) => {
      const { rosa, omar } = await meetInThread(client, { locale, before: BEFORE });
      const { said, page } = rosa;
      const card = cardOf(rosa, omar.name);
      await card.getByText(begins(said['thread.member.certified'])).waitFor();
      await card.getByText(begins(said['thread.device.seen'])).waitFor();
      await page.getByRole('heading', { level: 3, name: 'PA', exact: true }).waitFor();

      const digits = await safetyOf(rosa, omar.name);
      expect(digits).toMatch(/^(?:\d{5} ){11}\d{5}$/);
      expect(await safetyOf(omar, rosa.name)).toBe(digits);
      await rosa.inspect(`${locale}-members`);

      for (const text of BEFORE) expect(await omar.page.getByText(text).count()).toBe(0);
      await rosa.press(said['thread.history.open'].replace('{name}', `${omar.name} (PA)`));
      const dialog = page.getByRole('dialog');
      await dialog.getByText(begins(said['thread.history.given'])).waitFor();
      await rosa.choose(said['thread.history.basis'], said['thread.basis.handover']);
      await rosa.inspect(`${locale}-giving-history`);
      await dialog.getByText(said['thread.history.act'], { exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      for (const text of BEFORE) await omar.sees(text);
      await staysOffline(omar);
    },
    FIRST_START_MS,
  );
});
