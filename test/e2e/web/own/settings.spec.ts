import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);
const MINUTE_MS = 60_000;

/** The colours that the document is drawn in. */
async function colours(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
}

/** How large the text of the page is. */
async function letterPx(page: Page): Promise<number> {
  return page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
}

/** How far the first card keeps its words from its edge. */
async function roomPx(page: Page): Promise<number> {
  const card = page.locator('main .card').first();
  return card.evaluate((node) => parseFloat(getComputedStyle(node).paddingLeft));
}

describe('a browser as somebody wants it', () => {
  it.each([
    ['es', 'cr-rosa'],
    ['en', 'cr-lucia'],
  ] as const)(
    'is gone through by keys, keeps what was chosen, and locks when it was told (%s)',
    async (locale, slug) => {
      const person = await Colleague.enter(client, slug, locale);
      await keysLead(person);
      await menuOfAPhone(person);
      await choices(person, locale);
      await locksEarlier(person);
      expect(person.page.workers()).toEqual([]);
    },
    FIRST_START_MS,
  );
});

async function keysLead(person: Colleague): Promise<void> {
  const { page, said } = person;
  const map = page.getByRole('dialog', { name: said['keys.title'] });
  await page.keyboard.press('?');
  await map.getByText(said['keys.search'], { exact: true }).waitFor();
  await person.inspect(`${said['frame.settings']}-keys`);
  await page.keyboard.press('Escape');
  await map.waitFor({ state: 'detached' });
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await person.heading(said['cases.title']);
  await page.keyboard.press('/');
  await person.heading(said['search.title']);
  const field = page.locator('input[type="search"]:focus');
  await field.waitFor();
  // Letters in a field are text.
  await page.keyboard.type('gh?/');
  expect(await field.inputValue()).toBe('gh?/');
  expect(await map.count()).toBe(0);
}

/** Where the page is narrow, the places stand behind a button and give the page back its room. */
async function menuOfAPhone(person: Colleague): Promise<void> {
  const { page, said } = person;
  const place = page.getByRole('link', { name: said['frame.sessions'], exact: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await place.waitFor({ state: 'hidden' });
  expect((await page.getByRole('banner').boundingBox())?.height).toBeLessThan(80);
  await person.press(said['frame.menu']);
  await place.waitFor();
  await person.inspect(`${said['frame.settings']}-menu`);
  await page.setViewportSize({ width: 390, height: 844 });
  await place.click();
  await person.heading(said['sessions.title']);
  await place.waitFor({ state: 'hidden' });
  await page.setViewportSize({ width: 1280, height: 844 });
}

async function choices(person: Colleague, locale: 'es' | 'en'): Promise<void> {
  const { page, said } = person;
  const other = locale === 'es' ? en : es;
  await person.follow(said['frame.settings']);
  await person.heading(said['settings.title']);
  await page.getByText(said['settings.kept.persisted']).waitFor();
  await person.inspect(`${said['frame.settings']}-settings`);
  await person.choose(said['settings.language'], other['language.name']);
  await person.heading(other['settings.title']);
  await person.choose(other['settings.language'], said['language.name']);
  await person.heading(said['settings.title']);
  await page.emulateMedia({ colorScheme: 'light' });
  await person.choose(said['settings.theme'], said['settings.theme.dark']);
  expect(await colours(page)).toBe('dark');
  const [letters, room] = [await letterPx(page), await roomPx(page)];
  await person.choose(said['settings.text-size'], said['settings.text-size.largest']);
  expect(await letterPx(page)).toBe(letters * 1.25);
  await person.inspect(`${said['frame.settings']}-large`);
  await person.choose(said['settings.density'], said['settings.density.compact']);
  expect(await roomPx(page)).toBeLessThan(room * 1.25);
  await page.getByLabel(said['settings.letter-keys']).uncheck();
  await page.locator('h1').focus();
  await page.keyboard.press('?');
  expect(await page.getByRole('dialog').count()).toBe(0);
  await person.press(said['settings.show-keys']);
  await page.getByRole('dialog', { name: said['keys.title'] }).waitFor();
  await person.press(said['keys.done']);
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await person.opened.watch.settle();
  // The browser says so of a script that it had already; which one, the moment decides.
  person.opened.watch.tolerate(/^console: A preload for .* cross-world service worker/);
  await page.reload();
  await person.signIn();
  await person.heading(said['settings.title']);
  expect(await colours(page)).toBe('dark');
  expect(await letterPx(page)).toBe(letters * 1.25);
  expect(await page.getByLabel(said['settings.letter-keys']).isChecked()).toBe(false);
}

async function locksEarlier(person: Colleague): Promise<void> {
  const { page, said } = person;
  await page.clock.install();
  await person.choose(
    said['settings.idle'],
    said['settings.idle.minutes'].replace('{minutes}', '5'),
  );
  await page.clock.fastForward(3 * MINUTE_MS + 1_000);
  await page.getByText(said['locked.warning']).waitFor();
  await page.clock.fastForward(2 * MINUTE_MS);
  await person.heading(said['locked.title']);
  await page.getByText(said['locked.idle'].replace('{minutes}', '5')).waitFor();
}
