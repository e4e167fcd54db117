import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import type { DemoPersona } from '@enlace/contracts';
import type { Page } from 'playwright-core';

import en from '../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { findScreenFaults } from '../../support/axe.js';
import { useClientOf, WEB_ROOT, type OpenOptions } from '../../support/browser.js';
import { INES, leaveBundle, startDemoServer } from '../../support/passkeys/demo-stage.js';

const ARTIFACTS = join(import.meta.dirname, '../../../artifacts/web/audit');
const MINUTES_MS = 60_000;
const client = useClientOf(async () => startDemoServer(WEB_ROOT));
let bundle: DemoPersona;

beforeAll(async () => {
  bundle = await leaveBundle(client.server(), 'auditor');
}, MINUTES_MS);

async function inspect(page: Page, name: string): Promise<void> {
  expect([name, await findScreenFaults(page, join(ARTIFACTS, name))]).toEqual([name, []]);
}

type Said = typeof es;

async function enter(said: Said, options: OpenOptions): Promise<Page> {
  return (await enterWatched(said, options)).page;
}

async function enterWatched(said: Said, options: OpenOptions) {
  const opened = await client.openPage('/', options);
  const { page } = opened;
  await page.getByRole('button', { name: said['demo.enter'].replace('{name}', INES) }).click();
  await page.getByText(said['vouching.chain'].slice(-40)).waitFor({ timeout: 2 * MINUTES_MS });
  return opened;
}

async function go(page: Page, link: string, heading: string): Promise<void> {
  await page.getByRole('link', { name: link, exact: true }).click();
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
}

/** Searches again until the log has integrated what it found. */
async function untilProven(page: Page, said: Said): Promise<void> {
  const proven = page.locator('.standing-proven').first();
  for (let tries = 0; tries < 20 && !(await proven.isVisible()); tries += 1) {
    await page.getByRole('button', { name: said['audit.act'], exact: true }).click();
    await page.getByText(said['audit.waiting']).waitFor({ state: 'hidden' });
  }
  await proven.waitFor();
}

describe.each([
  ['es', es],
  ['en', en],
] as const)('an auditor (%s)', (locale, said) => {
  it(
    'searches the log, opens an event with its sections, asks a question, and sees that the log is whole',
    async () => {
      const { page, watch } = await enterWatched(said, { locale });
      await go(page, said['frame.audit'], said['audit.title']);
      await untilProven(page, said);
      await inspect(page, `${locale}-search`);
      await page
        .getByRole('button', { name: said['audit.show'].slice(0, 3) })
        .first()
        .click();
      await page
        .getByRole('heading', { level: 2, name: said['audit.event'], exact: true })
        .waitFor();
      for (const name of ['what', 'who', 'where', 'why', 'attest'] as const) {
        await page
          .getByRole('heading', { level: 3, name: said[`audit.section.${name}`], exact: true })
          .waitFor();
      }
      expect(await page.getByText(said['audit.standing.proven.text']).count()).toBe(1);
      await inspect(page, `${locale}-event`);

      await page.getByLabel(said['audit.field.type'], { exact: true }).fill('backup.created');
      await page.getByRole('button', { name: said['audit.act'], exact: true }).click();
      await page.getByText(said['audit.none']).waitFor();
      await inspect(page, `${locale}-nothing`);
      watch.provoke(/^answered 400: .*\/audit\/searches$/);
      await page.getByLabel(said['audit.field.from'], { exact: true }).fill('yesterday');
      await page.getByRole('button', { name: said['audit.act'], exact: true }).click();
      await page.getByText('body.malformed').waitFor();

      await go(page, said['audit.views'], said['audit.views.title']);
      await page.getByRole('button', { name: said['audit.views.act'], exact: true }).click();
      await page.getByRole('table').waitFor();
      expect(await page.getByRole('table').innerText()).toContain('audit.searched');
      await inspect(page, `${locale}-questions`);

      await go(page, said['audit.integrity'], said['audit.integrity.title']);
      await page
        .getByText(/directory\.localhost/)
        .first()
        .waitFor();
      expect(await page.locator('.notice-problem').count()).toBe(0);
      await inspect(page, `${locale}-integrity`);

      await go(page, said['frame.activity'], said['activity.title']);
      await page.getByText(said['activity.this-device']).first().waitFor();
      await inspect(page, `${locale}-activity`);
      expect(await page.locator('body').innerText()).not.toMatch(/\d{1,2}\/\d{1,2}\/\d{2,4}/);
    },
    5 * MINUTES_MS,
  );
});

describe('a server that shows an auditor another log', () => {
  it(
    'is found out in the browser: the row is marked, and no further page is asked for',
    async () => {
      const page = await enter(es, { locale: 'es' });
      await go(page, es['frame.audit'], es['audit.title']);
      await untilProven(page, es);
      await page.context().route('**/audit/log/*/tile/**', async (route) => {
        const answer = await route.fetch();
        const body = await answer.body();
        body[0] = (body[0] ?? 0) ^ 1;
        await route.fulfill({ response: answer, body });
      });
      await page.getByRole('button', { name: es['audit.act'], exact: true }).click();
      await page.locator('.standing-refused').first().waitFor();
      await page.getByText(es['audit.broken'].slice(0, 60)).waitFor();
      expect(await page.locator('.standing-proven').count()).toBe(0);
      expect(await page.getByRole('button', { name: es['audit.more'] }).count()).toBe(0);
      await inspect(page, 'es-broken');
      await go(page, es['audit.integrity'], es['audit.integrity.title']);
      await page.getByText(es['audit.integrity.refused'].slice(0, 60)).first().waitFor();
    },
    5 * MINUTES_MS,
  );

  it(
    'cannot change a section: the answer is refused whole',
    async () => {
      const page = await enter(es, { locale: 'es' });
      await page.context().route('**/audit/searches', async (route) => {
        const answer = await route.fetch();
        const text = (await answer.text()).replace(/"bytes":"eyJ/, '"bytes":"eyI');
        await route.fulfill({ response: answer, body: text });
      });
      await go(page, es['frame.audit'], es['audit.title']);
      await page.getByText('tlog.commitment-mismatch').waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
    },
    5 * MINUTES_MS,
  );
});

it(
  'what an auditor reads is on record in the own name, and nobody else has the places of an auditor',
  async () => {
    const page = await enter(es, { locale: 'es' });
    await go(page, es['frame.activity'], es['activity.title']);
    await page.getByText('audit.searched').first().waitFor();
    expect(bundle.personId).not.toBe('');
    expect(await page.getByRole('link', { name: es['frame.registry'], exact: true }).count()).toBe(
      0,
    );
  },
  5 * MINUTES_MS,
);
