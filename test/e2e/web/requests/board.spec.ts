import { describe, expect, it } from '@jest/globals';
import { formatInstant, systemClock } from '@enlace/kernel';
import type { Edits } from '@enlace/testing';

import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { useClientOf } from '../../../support/browser.js';
import { Colleague } from '../threads/colleague.js';
import { beginRequest } from './begin-request.js';

const client = useClientOf(startStandingDemo, FIRST_START_MS);

const TITLE = 'Northwind';
/** A way around the own central authority: it blocks, until somebody goes on in spite of it. */
const FAULTS: Edits = { '/channel/fromCentralAuthorityId': null };
/** So near that it is on the page of today, wherever midnight is. */
const DEADLINE_DAYS = 5;
const DAY_MS = 86_400_000;

function dayAhead(days: number): string {
  return formatInstant(systemClock.nowMs() + days * DAY_MS).slice(0, 10);
}
const REASON = 'La autoridad central confirmó por escrito que la remite ella.';
const NUMBER = 'ACCR-2026/0147';

/** Goes on in spite of a finding, freezes, writes on once more, freezes again and exports. */
async function formalise(lucia: Colleague): Promise<void> {
  const { said, page } = lucia;
  const freeze = page.getByRole('button', { name: said['requests.formal.freeze'], exact: true });
  await lucia.follow(said['requests.place.formal']);
  await lucia.heading(said['requests.formal.title']);
  await page.getByLabel(said['requests.formal.reason'], { exact: true }).fill('Sí.');
  const waive = page.getByRole('button', { name: said['requests.formal.waive'], exact: true });
  // A word is no reason, and without one nothing is frozen.
  expect([await waive.isDisabled(), await freeze.isDisabled()]).toEqual([true, true]);
  await lucia.inspect('formal-blocked');
  await page.getByLabel(said['requests.formal.reason'], { exact: true }).fill(REASON);
  await waive.click();
  await page.getByText(said['requests.formal.clear']).waitFor();
  await page.getByText(REASON).waitFor();
  await lucia.inspect('formal-considered');
  await freeze.click();
  await page.getByLabel(said['requests.formal.thaw.why'], { exact: true }).fill('Falta un anexo.');
  await lucia.inspect('formal-frozen');
  await lucia.press(said['requests.to-draft']);
  await freeze.click();
  await page.getByText(said['requests.status.frozen']).waitFor();
  await lucia.press(said['requests.formal.export']);
  await page.getByText(said['requests.status.exported']).waitFor();
  // The second version: the first one stays as it was.
  await page.getByRole('link', { name: /-v2-es\.docx$/u }).waitFor();
}

/** What comes near stands on the page of today, and leads to the draft. */
async function remindedAtHome(lucia: Colleague, day: string): Promise<void> {
  const { page, said } = lucia;
  await lucia.follow(said['frame.home']);
  await lucia.heading(said['home.title']);
  const line = page.getByRole('listitem').filter({ hasText: day });
  await line.filter({ hasText: 'vence el plazo pedido' }).waitFor();
  await lucia.inspect('home-reminder');
  await line.getByRole('link', { name: TITLE, exact: true }).click();
  await lucia.heading(TITLE);
}

async function openBoard(colleague: Colleague): Promise<void> {
  const { said } = colleague;
  await colleague.follow(said['frame.requests']);
  await colleague.heading(said['requests.title']);
  await colleague.follow(said['requests.board.title']);
  await colleague.heading(said['requests.board.title']);
}

/** Takes a step that the dialog names, and waits until the request stands in the next column. */
async function step(colleague: Colleague, to: 'formalised' | 'received' | 'executing' | 'refused') {
  const { said, page } = colleague;
  const verb = said[`requests.step.${to}`];
  await colleague.press(verb);
  const dialog = page.getByRole('dialog');
  if (to === 'formalised') {
    await dialog.getByLabel(said['requests.step.reference'], { exact: true }).fill(NUMBER);
  }
  await colleague.inspect(`board-step-${to}`);
  await dialog.getByRole('button', { name: verb, exact: true }).click();
  await page.locator(`[id="at-${to}"]`).waitFor();
}

describe('the board of a request, in two browsers', () => {
  it(
    'follows it from a finding that was considered to the answer of the other State',
    async () => {
      const lucia = await Colleague.enter(client, 'cr-lucia', 'es');
      const deadline = dayAhead(DEADLINE_DAYS);
      const faults = { ...FAULTS, '/urgency/deadline': deadline };
      await beginRequest(lucia, client, { title: TITLE, faults });
      await remindedAtHome(lucia, deadline);
      await formalise(lucia);
      await openBoard(lucia);
      await lucia.page.locator('.card', { hasText: TITLE }).getByText(deadline).first().waitFor();
      await step(lucia, 'formalised');
      await lucia.page.getByText(NUMBER).waitFor();
      // From here on the central authorities are told too.
      await lucia.page.getByText(/UNTOC 18\(13\)/u).waitFor();
      await lucia.inspect('board');

      const marcus = await Colleague.enter(client, 'us-marcus', 'en');
      await openBoard(marcus);
      await marcus.page.getByText(NUMBER).waitFor();
      // He knows that it came and under which number, and nothing of what it says.
      expect(await marcus.page.getByText(TITLE).count()).toBe(0);
      await step(marcus, 'received');
      await step(marcus, 'executing');
      await marcus.page.getByText(marcus.said['requests.waits.executing'].slice(4)).waitFor();
      await marcus.inspect('board-of-the-requested');
      await step(marcus, 'refused');
      const verbs = marcus.page.locator('.acts').getByRole('button');
      expect(await verbs.count()).toBe(0);
    },
    FIRST_START_MS,
  );
});
