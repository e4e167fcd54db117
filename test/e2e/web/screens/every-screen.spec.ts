import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { hrefOf, hrefOfDetail, hrefOfRequest, PAGES } from '../../../../apps/web/src/routes.js';
import { FIRST_START_MS } from '../../../scenarios/demo/demo-stage.js';
import { startStandingDemo } from '../../../scenarios/demo/standing-demo.js';
import { findScreenFaults } from '../../../support/axe.js';
import { useClientOf, WEB_ROOT } from '../../../support/browser.js';
import { ANA, leaveBundle, startDemoServer } from '../../../support/passkeys/demo-stage.js';
import { openCase } from '../cases/open-case.js';
import { beginRequest } from '../requests/begin-request.js';
import { Colleague } from '../threads/colleague.js';

/** With `SCREENSHOTS=renew` the pictures that stand beside this test are made anew. */
const KEPT = join(import.meta.dirname, '../screenshots');
const MADE = join(import.meta.dirname, '../../../../artifacts/web/screens');
/** What is kept of a page, in pixels, and of its quality, of a hundred. */
const TALLEST_PX = 1_800;
const QUALITY = 70;
const LANGUAGES = { es, en } as const;
const client = useClientOf(startStandingDemo, FIRST_START_MS);
/** The demo has no registrar in a browser: this one is made by the same ceremony. */
const registry = useClientOf(async () => startDemoServer(WEB_ROOT));
const seen = new Set<string>();

/** Somebody goes through screens: what is wrong with any of them, by its name and language. */
class Walk {
  readonly faults: string[] = [];

  constructor(private readonly page: Page) {}

  /** `title`: the h1, in words of the catalogue; null where the screen is called by what it shows. */
  async look(name: string, title: keyof typeof es | null): Promise<void> {
    const { page } = this;
    seen.add(name);
    for (const [language, said] of Object.entries(LANGUAGES)) {
      await page.getByRole('radio', { name: said['language.name'], exact: true }).click();
      const heading = page.getByRole('heading', { level: 1 });
      await (title === null ? heading : heading.filter({ hasText: said[title] })).first().waitFor();
      await page.locator('main .waiting').first().waitFor({ state: 'detached' });
      const picture = join(MADE, language, name);
      const faults = await findScreenFaults(page, picture);
      this.faults.push(...faults.map((fault) => `${name} (${language}): ${fault}`));
      if (process.env['SCREENSHOTS'] !== 'renew') continue;
      await keep(page, join(KEPT, language, `${name}.webp`));
    }
    await page.getByRole('radio', { name: es['language.name'], exact: true }).click();
  }

  async go(href: string): Promise<void> {
    await this.page.evaluate((fragment) => location.assign(fragment), href);
  }

  async visit(name: (typeof PAGES)[number], title: keyof typeof es): Promise<void> {
    await this.go(hrefOf(name));
    await this.look(name, title);
  }
}

/** The page from its top, light, as a picture that is small enough to be kept beside the code. */
async function keep(page: Page, path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', {
    format: 'webp',
    quality: QUALITY,
    captureBeyondViewport: true,
    clip: await page.evaluate((most) => {
      const { scrollWidth: width, scrollHeight: height } = document.documentElement;
      return { x: 0, y: 0, width, height: Math.min(height, most), scale: 1 };
    }, TALLEST_PX),
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.from(data, 'base64'));
}

/** The id of the thing that an address is about. */
function idIn(page: Page): string {
  return new URL(page.url()).hash.split('/')[2] ?? '';
}

describe('every screen, in Spanish and in English', () => {
  it('of whoever has not signed in', async () => {
    const { page } = await client.openPage('/', { locale: 'es' });
    const walk = new Walk(page);
    await walk.look('sign-in', 'sign-in.title');
    for (const [name, title] of [
      ['enrol', 'enrol.title'],
      ['recover', 'recover.title'],
      ['about', 'about.title'],
    ] as const) {
      await walk.visit(name, title);
    }
    expect(walk.faults).toEqual([]);
  });

  it(
    'of a liaison prosecutor',
    async () => {
      const esteban = await Colleague.enter(client, 'cr-esteban', 'es');
      const { page, said } = esteban;
      const walk = new Walk(page);
      await walk.look('home', 'home.title');
      await walk.visit('cases', 'cases.title');
      await openCase(esteban);
      await walk.look('case', 'case.title');
      const caseId = idIn(page);
      for (const tab of ['participants', 'route', 'timeline', 'tasks', 'files'] as const) {
        await page.locator(`[role=tab][data-key=${tab}]`).click();
        await walk.look(`case-${tab}`, 'case.title');
      }
      await walk.go(`${hrefOfDetail('cases', caseId)}/ask`);
      await walk.look('case-ask', null);
      await walk.go(hrefOfDetail('cases', caseId));
      await page.locator('main .cards a').first().click();
      await page.getByLabel(said['thread.say'], { exact: true }).waitFor();
      await walk.look('thread', null);
      for (const [name, title] of [
        ['search', 'search.title'],
        ['directory', 'directory.title'],
        ['offences', 'offences.title'],
        ['activity', 'activity.title'],
        ['sessions', 'sessions.title'],
        ['settings', 'settings.title'],
      ] as const) {
        await walk.visit(name, title);
      }
      expect(walk.faults).toEqual([]);
    },
    FIRST_START_MS,
  );

  it(
    'of a cooperation officer',
    async () => {
      const lucia = await Colleague.enter(client, 'cr-lucia', 'es');
      const { page } = lucia;
      const walk = new Walk(page);
      await beginRequest(lucia, client, {
        title: 'Furgón de Peñas Blancas',
        faults: { '/channel/fromCentralAuthorityId': null },
      });
      const requestId = idIn(page);
      await walk.look('request-edit', null);
      await walk.go(hrefOfRequest(requestId, 'share'));
      await walk.look('request-share', 'requests.share.title');
      await walk.go(hrefOfRequest(requestId, 'formal'));
      await walk.look('request-formal', 'requests.formal.title');
      await walk.visit('requests', 'requests.title');
      await walk.visit('requests-board', 'requests.board.title');
      expect(walk.faults).toEqual([]);
    },
    FIRST_START_MS,
  );

  it(
    'of an auditor, and of an approver of the foreign ministry',
    async () => {
      const ines = new Walk((await Colleague.enter(client, 'cr-ines', 'es')).page);
      await ines.visit('audit', 'audit.title');
      await ines.visit('audit-views', 'audit.views.title');
      await ines.visit('audit-export', 'audit.export.title');
      await ines.visit('audit-integrity', 'audit.integrity.title');
      await ines.visit('audit-alerts', 'alerts.title');
      const daniel = new Walk((await Colleague.enter(client, 'cr-daniel', 'es')).page);
      await daniel.visit('approvals', 'approvals.title');
      expect([...ines.faults, ...daniel.faults]).toEqual([]);
    },
    FIRST_START_MS,
  );

  it(
    'of a registrar',
    async () => {
      await leaveBundle(registry.server());
      const { page } = await registry.openPage('/', { locale: 'es' });
      const enter = es['demo.enter'].replace('{name}', ANA);
      await page.getByRole('button', { name: enter, exact: true }).click();
      await page.getByText(es['vouching.chain'].slice(-40)).waitFor();
      const walk = new Walk(page);
      await walk.visit('registry', 'registry.title');
      expect(walk.faults).toEqual([]);
    },
    FIRST_START_MS,
  );

  it('was looked at', () => {
    expect(PAGES.filter((page) => !seen.has(page))).toEqual([]);
  });
});
