import { describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { until } from '../../../support/until.js';
import type { Colleague } from './colleague.js';
import { meetInThread } from './open-thread.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

/** With a word that nobody says elsewhere: the demo has threads of its own, and one browser may read both of these. */
const SAID = {
  es: {
    word: 'ñandú',
    before: 'Inspección del ñandú en Peñas Blancas.',
    after: 'El ñandú salió hacia Peñas Blancas a las 4:30.',
    later: 'Otro ñandú está en la báscula.',
  },
  en: {
    word: 'quetzál',
    before: 'Inspección del quetzál en Peñas Blancas.',
    after: 'El quetzál salió hacia Peñas Blancas a las 4:30.',
    later: 'Otro quetzál está en la báscula.',
  },
} as const;
const PLAIN = { es: 'nandu', en: 'quetzal' } as const;

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
      const { word, before, after } = SAID[locale];
      const { rosa, omar } = await meetInThread(client, { locale, before: [before] });
      await rosa.say(after);
      await omar.sees(after);

      const sent: string[] = [];
      rosa.page.context().on('request', (request) => sent.push(request.postData() ?? ''));
      await goToSearch(rosa);
      await searchFor(rosa, `penas ${PLAIN[locale].slice(0, 4).toUpperCase()}`);
      await matches(rosa, 2).waitFor();
      expect(await rosa.page.locator('.entry-text strong', { hasText: word }).count()).toBe(2);
      await rosa.inspect(`${locale}-search`);
      await searchFor(rosa, `inspeccion ${PLAIN[locale]}`);
      await matches(rosa, 1).waitFor();
      expect(sent.filter((body) => /nandu|quetzal|inspeccion/i.test(body))).toEqual([]);
      await rosa.page.locator('.cards a').first().click();
      await rosa.page.locator('.entry:focus', { hasText: before }).waitFor();

      await saysWhatItLacks(omar, rosa, locale);
    },
    FIRST_START_MS,
  );
});

/** Whoever came later finds nothing of before, is told so, and finds what comes meanwhile. */
async function saysWhatItLacks(
  omar: Colleague,
  rosa: Colleague,
  locale: 'es' | 'en',
): Promise<void> {
  const { said, page } = omar;
  await goToSearch(omar);
  const place = new URL(rosa.page.url()).hash.split('/').slice(0, 3).join('/');
  await page.locator(`.lines a[href="${place}"]`).waitFor();
  await searchFor(omar, `inspeccion ${PLAIN[locale]}`);
  await matches(omar, 0).waitFor();
  await searchFor(omar, PLAIN[locale]);
  await matches(omar, 1).waitFor();
  await omar.inspect(`search-${said['frame.search']}`);
  await rosa.isConnected();
  await rosa.say(SAID[locale].later);
  await until(async () => {
    await searchFor(omar, PLAIN[locale]);
    return (await matches(omar, 2).count()) === 1;
  });
  await omar.choose(said['search.state'], 'PA');
  await searchFor(omar, PLAIN[locale]);
  await matches(omar, 0).waitFor();
}
