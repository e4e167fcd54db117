import { describe, expect, it } from '@jest/globals';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

/** The heading of a step of the tour, once it has the focus. */
async function stands(
  person: Colleague,
  [at, count]: readonly [at: number, count: number],
  title: string,
): Promise<void> {
  const text = person.said['tour.step']
    .replace('{at}', String(at))
    .replace('{count}', String(count))
    .replace('{title}', title);
  await person.page.locator('h2:focus').filter({ hasText: text }).waitFor();
}

describe('the tour of a workplace', () => {
  it(
    'is offered once, goes by keys through the places of the role, and is given again (es)',
    async () => {
      const lucia = await Colleague.enter(client, 'cr-lucia', 'es');
      const { page, said } = lucia;
      await lucia.inspect('tour-offer');
      await page.getByRole('button', { name: said['tour.begin'], exact: true }).focus();
      await page.keyboard.press('Enter');
      const names = ['home', 'cases', 'requests', 'board', 'directory', 'activity', 'settings'];
      for (const [at, name] of names.entries()) {
        const title = said[`tour.${name}.title` as keyof typeof said];
        await stands(lucia, [at + 1, names.length], title);
        if (name === 'board') await lucia.inspect('tour-step');
        if (at === names.length - 1) break;
        // From the heading on, the next stops are the place itself and the way on.
        if (name !== 'home') await page.keyboard.press('Tab');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
      }
      await lucia.press(said['tour.done']);
      const again = page.getByRole('button', { name: said['tour.again'], exact: true });
      await page.locator('button:focus', { hasText: said['tour.again'] }).waitFor();

      // From anywhere: the list of keys leads back to it.
      await lucia.follow(said['frame.cases']);
      await lucia.heading(said['cases.title']);
      await page.keyboard.press('?');
      await again.click();
      await lucia.heading(said['home.title']);
      await stands(lucia, [1, names.length], said['tour.home.title']);
      await lucia.press(said['tour.leave']);
      await again.waitFor();

      await lucia.opened.watch.settle();
      // The browser says so of a script that it had already; which one, the moment decides.
      lucia.opened.watch.tolerate(/^console: A preload for .* cross-world service worker/);
      await page.reload();
      await lucia.signIn();
      await again.waitFor();
      expect(await page.getByText(said['tour.title'], { exact: true }).count()).toBe(0);
    },
    FIRST_START_MS,
  );

  it(
    'can be put off, and leads to a place and back to the step (en)',
    async () => {
      const ines = await Colleague.enter(client, 'cr-ines', 'en');
      const { page, said } = ines;
      await ines.press(said['tour.skip']);
      await page.locator('button:focus', { hasText: said['tour.again'] }).waitFor();
      await ines.press(said['tour.again']);
      await ines.press(said['tour.next']);
      await stands(ines, [2, 5], said['tour.audit.title']);
      await ines.inspect('tour-step-en');
      await ines.follow(said['tour.open'].replace('{place}', said['frame.audit']));
      await ines.heading(said['audit.title']);
      await ines.follow(said['frame.home']);
      await ines.heading(said['home.title']);
      await page.getByText(said['tour.audit.text']).waitFor();
      // Whoever came by a link keeps the focus where the page gives it.
      expect(await page.locator('h1:focus').count()).toBe(1);
    },
    FIRST_START_MS,
  );
});
