import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { personaOf } from '@enlace/testing';
import type { Page } from 'playwright-core';

import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { findScreenFaults } from '../../../support/axe.js';
import { useClientOf } from '../../../support/browser.js';

const ARTIFACTS = join(import.meta.dirname, '../../../../artifacts/web/directory');
const WAIT_MS = 120_000;
const PHONE = '+506 2222 0000';
const client = useClientOf(startStandingDemo, FIRST_START_MS);
type Said = typeof es;

async function enter(slug: string, locale: 'es' | 'en', said: Said): Promise<Page> {
  const { page } = await client.openPage('/', { locale });
  page.setDefaultTimeout(WAIT_MS);
  await press(page, said['demo.enter'].replace('{name}', personaOf(slug).name));
  await page.getByText(said['vouching.chain'].slice(-40)).waitFor();
  return page;
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

async function goTo(page: Page, link: string, heading: string): Promise<void> {
  await page.getByRole('link', { name: link, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
}

async function inspected(page: Page, name: string): Promise<void> {
  expect([name, await findScreenFaults(page, join(ARTIFACTS, name))]).toEqual([name, []]);
}

describe('the contacts of a State', () => {
  it(
    'are proposed by an office, read and settled by its foreign ministry, and called by another State',
    async () => {
      const { stage } = client.server();
      const done = async (slug: string, ...args: readonly string[]) => {
        const { code, output } = await stage.as(slug, ...args);
        expect({ code, output }).toMatchObject({ code: 0 });
        return JSON.parse(output.split('\n')[0] ?? '{}') as Readonly<Record<string, string>>;
      };
      await done('cr-rosa', 'device', 'sign-in');
      const { personId = '', officeId = '' } = await done('cr-rosa', 'whoami');
      const whose = ['--office', officeId, '--person', personId];
      const propose = async (duty: string) => {
        const words = ['--function-es', 'Guardia nocturna', '--function-en', 'Night duty'];
        const reach = ['--phone', PHONE, '--languages', 'es'];
        const what = [...whose, '--duties', duty, ...words, ...reach];
        return done('cr-rosa', 'directory', 'contact', 'propose', ...what);
      };
      await propose('victims');
      await propose('urgent-24x7');

      const ministry = await enter('cr-daniel', 'es', es);
      await goTo(ministry, es['frame.approvals'], es['approvals.title']);
      const waiting = ministry.locator('li', { hasText: PHONE });
      await waiting.first().waitFor();
      expect(await waiting.count()).toBe(2);
      await inspected(ministry, 'es-approvals');
      const victims = waiting.filter({ hasText: es['duty.victims'] });
      const urgent = waiting.filter({ hasText: es['duty.urgent-24x7'] });

      const dialog = ministry.getByRole('dialog');
      await urgent.getByRole('button', { name: /^Rechazar/u }).click();
      const why = dialog.getByLabel(es['approvals.reason'], { exact: true });
      await press(ministry, es['approvals.reject.act']);
      await dialog.getByText(es['approvals.reason.missing'].replace('{least}', '3')).waitFor();
      expect(await why.getAttribute('aria-invalid')).toBe('true');
      await inspected(ministry, 'es-rejecting');
      await why.fill('Ya hay una guardia.');
      await press(ministry, es['approvals.reject.act']);
      await dialog.waitFor({ state: 'detached' });
      await urgent.waitFor({ state: 'detached' });
      expect(await waiting.count()).toBe(1);

      await victims.getByRole('button', { name: /^Aprobar/u }).click();
      await dialog.getByLabel(es['approvals.term'], { exact: true }).selectOption('182');
      await inspected(ministry, 'es-approving');
      await press(ministry, es['approvals.approve.act']);
      await dialog.waitFor({ state: 'detached' });
      await ministry.getByText(es['approvals.none']).waitFor();

      const foreign = await enter('us-dana', 'en', en);
      await goTo(foreign, en['frame.directory'], en['directory.title']);
      await foreign.getByText(en['directory.none'].replace('{state}', 'US')).waitFor();
      await foreign.getByLabel(en['directory.state'], { exact: true }).selectOption('CR');
      const contact = foreign.locator('.card', { hasText: en['duty.victims'] });
      await contact.getByText(en['directory.standing.unconfirmed']).waitFor();
      await contact.getByText(en['directory.never-confirmed'], { exact: true }).waitFor();
      expect(await foreign.getByText(PHONE).count()).toBe(0);
      await inspected(foreign, 'en-directory');
      await contact.locator('summary').click();
      await contact.getByRole('button', { name: en['directory.reach.act'] }).click();
      await contact.getByText(PHONE).waitFor();
      await contact.getByText('Night duty').waitFor();
      await inspected(foreign, 'en-reached');
    },
    FIRST_START_MS,
  );
});
