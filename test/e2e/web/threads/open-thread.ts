import type { Handling } from '@enlace/contracts';

import type { Client } from '../../../support/browser.js';
import { Colleague } from './colleague.js';

/** Opens the first case of somebody, with Panama, and a thread in it. */
export async function openThread(
  by: Colleague,
  title: string,
  floor: Handling = 'EN1',
): Promise<void> {
  const { said, page } = by;
  await by.follow(said['frame.cases']);
  await by.heading(said['cases.title']);
  await page.getByText(said['cases.none']).waitFor();
  await by.inspect(`${title}-no-cases`);
  await page.getByLabel('PA', { exact: true }).check();
  await by.press(said['cases.open.act']);
  await page
    .getByRole('link', { name: new RegExp(`^${said['case.type.migrant-smuggling']}`) })
    .click();
  await by.heading(said['case.title']);
  await page.getByText(said['threads.none']).waitFor();
  await by.inspect(`${title}-case`);
  await page.getByLabel(said['threads.open.name'], { exact: true }).fill(title);
  await by.choose(said['threads.open.floor'], said[`handling.${floor}`]);
  await by.press(said['threads.open.act']);
  await by.heading(title);
}

/** A prosecutor of Costa Rica opens a thread and writes in it, and one of Panama joins it. */
export async function meetInThread(
  client: Client,
  {
    locale,
    before,
    floor,
    role = 'member',
  }: {
    readonly locale: 'es' | 'en';
    readonly before: readonly string[];
    readonly floor?: Handling;
    readonly role?: 'member' | 'steward';
  },
): Promise<{ readonly rosa: Colleague; readonly omar: Colleague }> {
  const rosa = await Colleague.enter(client, locale === 'es' ? 'cr-rosa' : 'cr-lucia', locale);
  const { said } = rosa;
  await openThread(rosa, `Paso Canoas (${locale})`, floor);
  await rosa.isConnected();
  for (const text of before) await rosa.say(text);
  const omar = await Colleague.enter(client, 'pa-omar', locale);
  await rosa.choose(said['thread.invite.state'], 'PA');
  await rosa.choose(said['thread.invite.person'], omar.name);
  await rosa.choose(said['thread.invite.role'], said[`thread.invite.role.${role}`]);
  await rosa.press(said['thread.invite.act']);
  await rosa.page.getByText(omar.name).first().waitFor();
  await omar.follow(said['frame.cases']);
  const place = new URL(rosa.page.url()).hash;
  await omar.page.locator(`a[href="${place}"]`).click();
  await omar.press(said['thread.join.act']);
  await omar.isConnected();
  // Two who write in one moment: one of them is told so, and writes again by itself.
  for (const { opened } of [rosa, omar]) {
    opened.watch.tolerate(/^answered 409: .*\/threads\/[^/]+\/entries$/);
  }
  return { rosa, omar };
}
