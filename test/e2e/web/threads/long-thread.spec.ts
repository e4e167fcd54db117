import { describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { writeLongThreads } from '../../../scenarios/demo/long-threads.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { findAccessibilityViolations } from '../../../support/axe.js';
import { useClientOf } from '../../../support/browser.js';
import { until } from '../../../support/until.js';
import { Colleague } from './colleague.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

const TEXTS = 10_000;
/** With what is not said: that the thread was opened, its title, and that this browser joined. */
const ENTRIES = TEXTS + 3;
/** Places far from either end, each of an address of its own. */
const FAR = { es: 5_000, en: 4_000, changed: 6_000 } as const;
/** In the document: rows in sight, those around them, and those that were used. */
const ROWS_MOST = 120;
/** A browser that reads ten thousand entries beside other tests takes its time. */
const READING_MS = 600_000;
const LONG = 'Los registros llegan mañana, con las placas y las horas de cada paso. '.repeat(6);
const CHANGED = 'El furgón pasó a las 5:30, no a las 4:30.';

const row = (page: Page, seq: number): Locator => page.locator(`.entry[data-seq="${seq}"]`);

/** The row has the focus, and all or a part of it is on the screen. */
async function isReached(page: Page, seq: number): Promise<void> {
  await row(page, seq).and(page.locator(':focus')).waitFor();
  const isSeen = async (): Promise<boolean> =>
    row(page, seq).evaluate((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
  await until(isSeen);
}

/** Where the row stands on the screen, once it stands still. */
async function restingPlace(page: Page, seq: number): Promise<number> {
  const topOf = async (): Promise<number> =>
    row(page, seq).evaluate(
      async (one) =>
        new Promise<number>((settle) => {
          requestAnimationFrame(() =>
            requestAnimationFrame(() => settle(Math.round(one.getBoundingClientRect().top))),
          );
        }),
    );
  let [before, now] = [Number.NaN, await topOf()];
  await until(async () => {
    [before, now] = [now, await topOf()];
    return before === now;
  });
  return now;
}

/** By the address of an entry. */
async function goTo(page: Page, seq: number): Promise<void> {
  await page.evaluate((to) => location.assign(location.hash.replace(/\/\d+$/, to)), `/${seq}`);
  await isReached(page, seq);
}

/** What is here is shown first; then the thread is read to its end. */
async function isRead(page: Page): Promise<void> {
  const count = async (): Promise<string | null> => row(page, FAR.es).getAttribute('aria-setsize');
  await until(async () => (await count()) === String(ENTRIES));
}

/** By an address to a place, from there by keys to both ends; nowhere more rows than a screen needs. */
async function isWalked(page: Page, from: number): Promise<void> {
  await goTo(page, from);
  const rows = page.locator('.entry');
  const last = ENTRIES;
  const walk = [
    ['j', from + 1],
    ['k', from],
    ['Home', 1],
    ['ArrowDown', 2],
    ['End', last],
    ['ArrowUp', last - 1],
  ] as const;
  for (const [key, seq] of walk) {
    await page.keyboard.press(key);
    await isReached(page, seq);
    expect(await row(page, seq).getAttribute('aria-posinset')).toBe(String(seq));
    expect(await row(page, seq).getAttribute('aria-setsize')).toBe(String(last));
    expect(await rows.count()).toBeLessThan(ROWS_MOST);
  }
}

/** On a phone and on a desk. No picture is taken: a page of a million lines has none. */
async function isSound(page: Page): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await findAccessibilityViolations(page)).toEqual([]);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(sideways).toBe(0);
    expect(await page.locator('.entry').count()).toBeLessThan(ROWS_MOST);
  }
}

/** What comes meanwhile is at the end, and changes the row; neither the eye nor the focus is moved. */
async function staysWhereItIs({ page, said }: Colleague): Promise<void> {
  await goTo(page, FAR.changed);
  const at = await restingPlace(page, FAR.changed);
  const entry = row(page, FAR.changed);
  await entry.getByText(said['thread.acts'], { exact: true }).click();
  await entry.getByRole('button', { name: said['thread.act.edit'], exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(said['thread.edit.text']).fill(CHANGED);
  await dialog.getByText(said['thread.act.edit.verb'], { exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await entry.getByText(CHANGED).first().waitFor();
  expect(Math.abs((await restingPlace(page, FAR.changed)) - at)).toBeLessThan(100);
  expect(await entry.evaluate((one) => one.contains(document.activeElement))).toBe(true);
}

/** Paper has no edge of a screen. */
async function isPrintedWhole(page: Page): Promise<void> {
  const rows = page.locator('.entry');
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  expect(await rows.count()).toBeGreaterThanOrEqual(ENTRIES);
  expect(await rows.first().getAttribute('aria-setsize')).toBeNull();
  expect(await page.locator('.entry .acts').count()).toBe(0);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await until(async () => (await rows.count()) < ROWS_MOST);
}

describe('a thread of ten thousand entries', () => {
  it(
    'has the rows in sight in the document, every one of them reached by keys, in both languages',
    async () => {
      const texts = Array.from({ length: TEXTS }, (_, at) =>
        at % 2 === 0 ? 'El furgón pasó a las 4:30.' : LONG,
      );
      const { stage } = client.server();
      const [threadId] = await writeLongThreads(stage, 'cr-rosa', [{ title: 'Furgones', texts }]);
      const rosa = await Colleague.enter(client, 'cr-rosa', 'es');
      const { page } = rosa;
      page.setDefaultTimeout(READING_MS);
      await page.evaluate((to) => location.assign(to), `#/threads/${threadId}/${FAR.es}`);
      await isReached(page, FAR.es);
      await isRead(page);
      expect(await page.locator('.entry').count()).toBeLessThan(ROWS_MOST);
      await isWalked(page, FAR.es);
      await isSound(page);
      await page.getByRole('radio', { name: 'English' }).click();
      await isWalked(page, FAR.en);
      await isSound(page);
      await page.getByRole('radio', { name: 'Español' }).click();
      await staysWhereItIs(rosa);
      await isPrintedWhole(page);
    },
    FIRST_START_MS + 2 * READING_MS,
  );
});
