import { describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { until } from '../../../support/until.js';
import type { Colleague } from './colleague.js';
import { meetInThread } from './open-thread.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

const BEFORE = 'Inspección del camión en Peñas Blancas.';
const AFTER = 'El camión salió hacia Peñas Blancas a las 4:30.';
const LATER = 'Otro camión está en la báscula.';

/** By the link of the header, as from every page. */
async function goToSearch(by: Colleague): Promise<void> {
  await by.page.getByRole('link', { name: by.said['frame.search'], exact: true }).click();
  await by.heading(by.said['search.title']);
}

/** By the keyboard, once the search before has ended. */
async function searchFor({ said, page }: Colleague, words: string): Promise<void> {
  const field = page.getByLabel(said['search.words'], { exact: true });
  await field.fill(words);
  await page.locator('form button:enabled', { hasText: said['search.act'] }).waitFor();
  await field.press('Enter');
}

/** How many messages are said to match. */
function matches({ said, page }: Colleague, count: number): Locator {
  const [, none = '', one = '', other = ''] =
    /=0 \{(.*?)\} one \{(.*?)\} other \{(.*?)\}\}/.exec(said['search.found']) ?? [];
  const name = count === 0 ? none : (count === 1 ? one : other).replace('#', String(count));
  return page.getByRole('heading', { level: 2, name, exact: true });
}

describe('what somebody has read', () => {
  it.each(['es', 'en'] as const)(
    'is searched in the browser, with its limits, and leads to its place (%s)',
    async (locale) => {
      const { rosa, omar } = await meetInThread(client, { locale, before: [BEFORE] });
      await rosa.say(AFTER);
      await omar.sees(AFTER);

      const sent: string[] = [];
      rosa.page.context().on('request', (request) => sent.push(request.postData() ?? ''));
      await goToSearch(rosa);
      await searchFor(rosa, 'penas CAMI');
      await matches(rosa, 2).waitFor();
      expect(await rosa.page.locator('.cards strong', { hasText: /^camión$/ }).count()).toBe(2);
      await rosa.inspect(`${locale}-search`);
      await searchFor(rosa, 'inspeccion camion');
      await matches(rosa, 1).waitFor();
      expect(sent.filter((body) => /camion|inspeccion/i.test(body))).toEqual([]);
      await rosa.page.locator('.cards a').first().click();
      await rosa.page.locator('.entry:focus', { hasText: BEFORE }).waitFor();

      await saysWhatItLacks(omar, rosa);
    },
    FIRST_START_MS,
  );
});

/** Whoever came later finds nothing of before, is told so, and finds what comes meanwhile. */
async function saysWhatItLacks(omar: Colleague, rosa: Colleague): Promise<void> {
  const { said, page } = omar;
  await goToSearch(omar);
  const place = new URL(rosa.page.url()).hash.split('/').slice(0, 3).join('/');
  await page.locator(`.lines a[href="${place}"]`).waitFor();
  await searchFor(omar, 'inspeccion');
  await matches(omar, 0).waitFor();
  await searchFor(omar, 'camion');
  await matches(omar, 1).waitFor();
  await omar.inspect(`search-${said['frame.search']}`);
  await rosa.isConnected();
  await rosa.say(LATER);
  await until(async () => {
    await searchFor(omar, 'camion');
    return (await matches(omar, 2).count()) === 1;
  });
  await omar.choose(said['search.state'], 'PA');
  await searchFor(omar, 'camion');
  await matches(omar, 0).waitFor();
}
