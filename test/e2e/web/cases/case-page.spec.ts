import { describe, expect, it } from '@jest/globals';

import { CASE_CAST, RECORD, TALK } from '../../../../apps/cli/src/demo/case/story.js';
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';
import { meetInThread } from '../threads/open-thread.js';
import { openCase } from './open-case.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

type Tab = 'threads' | 'participants' | 'requests' | 'timeline' | 'files' | 'references';

async function openTab({ page, said }: Colleague, tab: Tab): Promise<void> {
  const name = said[`case.tab.${tab}`];
  await page.getByRole('tab', { name, exact: true }).click();
  const heading = tab === 'threads' ? said['threads.title'] : name;
  await page.getByRole('heading', { level: 2, name: heading, exact: true }).waitFor();
}

/** Begins an act on the case, and confirms it in its dialog by the verb. */
async function actOn(by: Colleague, act: CaseAct, choose?: string): Promise<void> {
  const { said, page } = by;
  await by.press(said[`case.act.${act}`]);
  const dialog = page.getByRole('dialog');
  await dialog.getByText(said[`case.act.${act}.effect`]).waitFor();
  if (choose !== undefined) await by.choose(said['thread.invite.state'], choose);
  await dialog.getByRole('button', { name: said[`case.act.${act}.verb`], exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

type CaseAct = 'report' | 'add-state' | 'remove-state' | 'close' | 'reopen';

/** The States that take part, as the page says them. */
async function takePart({ page, said }: Colleague, states: string): Promise<void> {
  const fact = page.locator('.fact', { hasText: said['case.taking-part'] });
  await fact.getByText(states, { exact: true }).waitFor();
}

/** Who, when and what of a case in which something was said and sent: each by its tab. */
async function lookAround(
  by: Colleague,
  seen: { people: readonly string[]; text: string; picture: string },
): Promise<void> {
  const { page, said } = by;
  await openTab(by, 'participants');
  for (const name of seen.people) {
    await page.getByRole('heading', { level: 4, name: new RegExp(`^${name}`) }).waitFor();
  }
  await by.inspect(`${seen.picture}-participants`);
  await openTab(by, 'timeline');
  await page.getByRole('cell', { name: new RegExp(seen.text.slice(0, 30)) }).waitFor();
  await by.inspect(`${seen.picture}-timeline`);
  await openTab(by, 'requests');
  await page.getByText(said['case.requests.none']).waitFor();
  await by.inspect(`${seen.picture}-requests`);
  await openTab(by, 'references');
  await page.getByText(said['case.references.none']).waitFor();
  await by.inspect(`${seen.picture}-references`);
}

describe('the page of a case', () => {
  it(
    'shows a liaison and an invited colleague what is in it, and tells the specialised unit (es)',
    async () => {
      const esteban = await Colleague.enter(client, CASE_CAST.steward, 'es');
      const { said, page } = esteban;
      await openCase(esteban);
      await esteban.inspect('es-case-threads');
      const [first] = TALK;
      const people = ['Esteban', 'Omar', 'Raúl'];
      await lookAround(esteban, { people, text: first.text, picture: 'es-case' });
      await openTab(esteban, 'files');
      await page.getByText(RECORD.name, { exact: true }).waitFor();
      await esteban.inspect('es-case-files');
      expect((await esteban.save(RECORD.name)).toString()).toBe(RECORD.content);

      await actOn(esteban, 'report');
      const told = page.locator('output').filter({ hasText: said['case.reported'].slice(-20) });
      await told.waitFor();
      await esteban.inspect('es-case-reported');
      // Whoever is of that office finds the case in the list, and none of its threads.
      const rosa = await Colleague.enter(client, 'cr-rosa', 'es');
      await openCase(rosa);
      await rosa.page.getByText(said['threads.none']).waitFor();
      await openTab(rosa, 'participants');
      const nobody = said['case.participants.none'].replace('{state}', 'PA');
      await rosa.page.getByText(nobody).waitFor();
      expect(await rosa.page.getByText(TALK[0].text.slice(0, 30)).count()).toBe(0);
      await openTab(rosa, 'files');
      await rosa.page.getByText(said['case.files.none']).waitFor();
    },
    FIRST_START_MS,
  );

  it(
    'shows two prosecutors what is in it, and its steward lets States in and out (en)',
    async () => {
      const text = 'Does the white van cross on Thursday?';
      const { rosa: lucia, omar } = await meetInThread(client, { locale: 'en', before: [] });
      const { said } = lucia;
      await lucia.say(text);
      await omar.sees(text);
      await lucia.follow(said['thread.back']);
      await lucia.heading(said['case.title']);
      await lookAround(lucia, { people: ['Lucía', 'Omar'], text, picture: 'en-case' });

      await takePart(lucia, 'CR, PA');
      await actOn(lucia, 'add-state', 'MX');
      await takePart(lucia, 'CR, MX, PA');
      await actOn(lucia, 'remove-state', 'MX');
      await takePart(lucia, 'CR, PA');
      // A State whose people are in a thread stays: the refusal is in the dialog.
      lucia.opened.watch.provoke(/409/);
      await lucia.press(said['case.act.remove-state']);
      const dialog = lucia.page.getByRole('dialog');
      await lucia.choose(said['thread.invite.state'], 'PA');
      await lucia.inspect('en-case-remove-state');
      const verb = { name: said['case.act.remove-state.verb'], exact: true } as const;
      await dialog.getByRole('button', verb).click();
      await dialog.getByText(said['problem.case.conflict.in-threads']).waitFor();
      await dialog.getByRole('button', { name: said['act.give-up'], exact: true }).click();
      await actOn(lucia, 'close');
      await openTab(lucia, 'threads');
      expect(await lucia.page.getByText(said['threads.open.title']).count()).toBe(0);
      await actOn(lucia, 'reopen');
      await lucia.page.getByRole('heading', { name: said['threads.open.title'] }).waitFor();

      await omar.follow(said['thread.back']);
      await omar.heading(said['case.title']);
      await lookAround(omar, { people: ['Lucía', 'Omar'], text, picture: 'en-omar-case' });
    },
    FIRST_START_MS,
  );
});
