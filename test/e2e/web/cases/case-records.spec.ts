import { describe, expect, it } from '@jest/globals';

import { CASE_CAST, THREAD_TITLE } from '../../../../apps/cli/src/demo/case/story.js';
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';
import { openCase } from './open-case.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

/**
 * Opens the thread until this browser has a place in it. One that comes new gets its keys from a browser that has it
 * open, sooner or later: until then no list says what the thread is called, so that it goes to its address.
 */
async function openThread(by: Colleague, place: string | null): Promise<string> {
  const { page, said } = by;
  if (place === null) {
    await openCase(by);
    await by.follow(THREAD_TITLE);
  } else {
    await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
  }
  await by.isConnected();
  await page.getByLabel(said['thread.say'], { exact: true }).waitFor();
  return new URL(page.url()).hash;
}

async function openTab(by: Colleague, tab: 'route' | 'tasks'): Promise<void> {
  const { page, said } = by;
  await openCase(by);
  await page.getByRole('tab', { name: said[`case.tab.${tab}`], exact: true }).click();
  await page
    .getByRole('heading', { level: 2, name: said[`case.tab.${tab}`], exact: true })
    .waitFor();
}

interface WrittenStage {
  readonly role: string;
  readonly country: string;
  readonly place: string;
}

async function addStage(by: Colleague, { role, country, place }: WrittenStage): Promise<void> {
  const { page, said } = by;
  await by.press(said['case.route.add']);
  const dialog = page.getByRole('dialog');
  await by.choose(said['case.route.role'], role);
  await by.choose(said['case.route.country'], country);
  await dialog.getByLabel(said['case.route.place'], { exact: true }).fill(place);
  await dialog.getByRole('button', { name: said['case.records.write'], exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await page
    .getByRole('cell', { name: new RegExp(place) })
    .first()
    .waitFor();
}

/** The places of a route, in its order. */
async function placesOf({ page }: Colleague): Promise<readonly string[]> {
  const cells = await page.locator('tbody tr td:nth-child(3) span:last-child').allInnerTexts();
  return cells.map((cell) => cell.trim());
}

describe('route and tasks of a case, in two browsers', () => {
  it(
    'are written by one and read by the other, who goes on with them',
    async () => {
      const esteban = await Colleague.enter(client, CASE_CAST.steward, 'es');
      const { said, page } = esteban;
      const place = await openThread(esteban, null);
      await openTab(esteban, 'route');
      await page.getByText(said['case.route.none']).waitFor();
      await esteban.inspect('es-case-route-empty');
      await esteban.press(said['case.route.add']);
      await esteban.press(said['case.records.write']);
      await page.getByText(said['case.route.no-country']).waitFor();
      await esteban.press(said['act.give-up']);
      await addStage(esteban, { role: 'Destino', country: 'Estados Unidos', place: 'Laredo' });
      await addStage(esteban, { role: 'Tránsito', country: 'Costa Rica', place: 'Paso Canoas' });
      await esteban.press(said['case.item.up.named'].replace('{name}', 'Paso Canoas, Costa Rica'));
      await page.locator('tbody tr:first-child', { hasText: 'Paso Canoas' }).waitFor();

      // His browser gets the keys of the moment from the one of Esteban, and reads what was written with them.
      const omar = await Colleague.enter(client, CASE_CAST.member, 'en');
      await openThread(omar, place);
      await openTab(omar, 'route');
      await omar.page.getByRole('cell', { name: 'Laredo, United States', exact: true }).waitFor();
      await addStage(omar, { role: 'Transit', country: 'Panama', place: 'Metetí' });
      await omar.inspect('en-case-route');

      await openTab(esteban, 'route');
      await page.getByRole('cell', { name: 'Metetí, Panamá', exact: true }).waitFor();
      expect(await placesOf(esteban)).toEqual([
        'Paso Canoas, Costa Rica',
        'Laredo, Estados Unidos',
        'Metetí, Panamá',
      ]);
      await esteban.inspect('es-case-route');

      await openTab(esteban, 'tasks');
      await page.getByText(said['case.tasks.none']).waitFor();
      await esteban.press(said['case.tasks.add']);
      const dialog = page.getByRole('dialog');
      const write = dialog.getByRole('button', { name: said['case.records.write'], exact: true });
      await write.click();
      await dialog.getByText(said['case.tasks.empty']).waitFor();
      await dialog.getByLabel(said['case.tasks.text']).fill('Pedir el registro de la frontera');
      await esteban.choose(said['case.tasks.state'], 'PA');
      await esteban.choose(said['case.tasks.owner'], omar.name);
      await dialog.getByLabel(said['case.tasks.due']).fill('2020-03-04');
      await write.click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('cell', { name: said['case.tasks.late'] }).waitFor();
      await esteban.inspect('es-case-tasks');

      await openTab(omar, 'tasks');
      const done = omar.said['case.tasks.do.named'];
      await omar.press(done.replace('{name}', 'Pedir el registro de la frontera'));
      await omar.page.getByRole('cell', { name: /^Done on/ }).waitFor();
      await omar.inspect('en-case-tasks');
    },
    FIRST_START_MS,
  );
});
