import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import type { DemoPersona } from '@enlace/contracts';
import type { Page } from 'playwright-core';

import { DetectionRounds } from '../../../../apps/api/src/audit/alerts/detection-rounds.js';
import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { findScreenFaults } from '../../../support/axe.js';
import { useClientOf, WEB_ROOT } from '../../../support/browser.js';
import { ANA, INES, leaveBundle, startDemoServer } from '../../../support/passkeys/demo-stage.js';

const ARTIFACTS = join(import.meta.dirname, '../../../../artifacts/web/alerts');
const MINUTES_MS = 60_000;
const REASON = 'Vi mi propia sesión; lo acordamos con la otra auditora.';
const client = useClientOf(async () => startDemoServer(WEB_ROOT));
const FOUND_SQL = `SELECT alert_id FROM audit.alerts WHERE rule = 'self-audit'`;
const REASONS_SQL = `
SELECT convert_from(s.body, 'UTF8') AS why FROM audit.events e JOIN audit.sections s USING (event_id)
 WHERE s.section = 4 AND e.type = 'alert.acknowledged'`;
let ines: DemoPersona;
type Said = typeof es;

beforeAll(async () => {
  ines = await leaveBundle(client.server(), 'auditor');
  await leaveBundle(client.server(), 'registrar');
}, 5 * MINUTES_MS);

async function enter(said: Said, locale: string, name: string): Promise<Page> {
  const { page } = await client.openPage('/', { locale });
  page.setDefaultTimeout(2 * MINUTES_MS);
  const verb = said['demo.enter'].replace('{name}', name);
  await page.getByRole('button', { name: verb, exact: true }).click();
  await page.getByText(said['vouching.chain'].slice(-40)).waitFor();
  return page;
}

async function follow(page: Page, link: string, heading: string): Promise<void> {
  await page.getByRole('link', { name: link, exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

async function inspect(page: Page, name: string): Promise<void> {
  expect([name, await findScreenFaults(page, join(ARTIFACTS, name))]).toEqual([name, []]);
}

/** An auditor looks at what is on record about herself, and the rule that finds such searches looks. */
async function searchesHerself(page: Page, said: Said): Promise<void> {
  await follow(page, said['frame.audit'], said['audit.title']);
  await page.getByLabel(said['audit.field.actor'], { exact: true }).fill(ines.personId);
  await press(page, said['audit.act']);
  await page.getByText(said['audit.waiting']).waitFor({ state: 'hidden' });
  const { server, database } = client.server();
  const rounds = server.app.get(DetectionRounds, { strict: false });
  // To open an event about oneself is another.
  const found = async () => (await database.asAdmin(FOUND_SQL)).length;
  const before = await found();
  // The server looks by itself as well; whoever comes while it looks does not wait for it.
  for (let tries = 0; tries < 50 && (await found()) === before; tries += 1) await rounds.round();
  expect(await found()).toBeGreaterThan(before);
}

/** What the home page counts is what the page of alerts lists; a round of the rules may fall between two looks. */
async function isCountedAtHome(page: Page, said: Said, locale: string): Promise<void> {
  const looks: (readonly number[])[] = [];
  const areSame = (): boolean => looks.at(-1)?.[0] === looks.at(-1)?.[1];
  while (looks.length === 0 || (!areSame() && looks.length < 5)) {
    await follow(page, said['frame.home'], said['home.title']);
    await press(page, said['today.logs.act']);
    const today = page.getByRole('region', { name: said['today.title'] });
    const line = today.getByRole('listitem').filter({ hasText: /^\d+ alert/ });
    const told = Number.parseInt(await line.innerText(), 10);
    if (looks.length === 0) await inspect(page, `${locale}-home`);
    await follow(page, said['today.alerts.open-page'], said['alerts.title']);
    const listed = page.getByText(said['alerts.step.raised'], { exact: true });
    await listed.first().waitFor();
    looks.push([told, await listed.count()]);
  }
  expect(looks.at(-1)?.[0]).toBe(looks.at(-1)?.[1]);
  await follow(page, said['frame.audit'], said['audit.title']);
}

function alertIn(page: Page, said: Said) {
  return page.getByRole('listitem', { name: said['alerts.rule.self-audit'], exact: true });
}

describe('the alerts of a State, in the browser', () => {
  it.each([
    ['es', es],
    ['en', en],
  ] as const)(
    'are opened by an auditor, verified by their events, looked at with a reason, and closed (%s)',
    async (locale, said) => {
      const page = await enter(said, locale, INES);
      await searchesHerself(page, said);
      await isCountedAtHome(page, said, locale);
      await follow(page, said['audit.alerts'], said['alerts.title']);
      const alert = alertIn(page, said).first();
      await alert.getByText(said['alerts.step.raised'], { exact: true }).waitFor();
      expect(await alert.innerText()).toContain(
        said['alerts.numbers'].replace('{found}', '1').replace('{threshold}', '0'),
      );
      await inspect(page, `${locale}-open`);

      await alert.locator('summary').click();
      await alert.getByText(said['audit.views.check'], { exact: true }).click();
      const event = page.getByRole('article');
      await event.getByText(ines.personId).first().waitFor();

      await alert.getByText(said['alerts.acknowledge'], { exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(said['alerts.acknowledge.title']).waitFor();
      const verb = dialog.getByRole('button', { name: said['alerts.acknowledge'], exact: true });
      await verb.click();
      await dialog.getByText(said['alerts.reason.missing']).waitFor();
      await inspect(page, `${locale}-no-reason`);
      await dialog.getByLabel(said['alerts.reason'], { exact: true }).fill(REASON);
      await verb.click();
      await dialog.waitFor({ state: 'detached' });
      await alert.getByText(said['alerts.step.acknowledged'], { exact: true }).waitFor();

      await alert.getByText(said['alerts.close'], { exact: true }).click();
      await dialog.getByLabel(said['alerts.reason'], { exact: true }).fill(REASON);
      await dialog.getByRole('button', { name: said['alerts.close'], exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
      await alert.getByText(said['alerts.step.closed'], { exact: true }).waitFor();
      expect(await alert.getByRole('button', { name: said['alerts.close'] }).count()).toBe(0);
      await inspect(page, `${locale}-closed`);

      await page.getByLabel(said['alerts.which'], { exact: true }).selectOption('closed');
      await alertIn(page, said).first().waitFor();
      expect(await alertIn(page, said).first().innerText()).toContain(ines.personId);
    },
    5 * MINUTES_MS,
  );

  it(
    'are on record with the reason, and shown to a registrar, who sees which events without opening them',
    async () => {
      const rows = await client.server().database.asAdmin(REASONS_SQL);
      expect(rows.map(({ why }) => JSON.parse(String(why)).reasonText)).toEqual([REASON, REASON]);

      const page = await enter(es, 'es', ANA);
      await follow(page, es['audit.alerts'], es['alerts.title']);
      await page.getByText(es['alerts.none']).or(alertIn(page, es).first()).first().waitFor();
      await page.getByLabel(es['alerts.which'], { exact: true }).selectOption('any');
      const alert = alertIn(page, es).first();
      await alert.locator('summary').click();
      expect(await alert.getByText(es['audit.views.check'], { exact: true }).count()).toBe(0);
      expect(await page.getByRole('link', { name: es['audit.search'], exact: true }).count()).toBe(
        0,
      );
    },
    5 * MINUTES_MS,
  );
});
