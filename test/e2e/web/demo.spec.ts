import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import type { DemoPersona } from '@enlace/contracts';
import type { Page } from 'playwright-core';

import en from '../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { findScreenFaults } from '../../support/axe.js';
import { useClientOf, WEB_ROOT } from '../../support/browser.js';
import { VirtualPasskeys } from '../../support/passkeys/browser-ceremony.js';
import { ANA, leaveBundle, startDemoServer } from '../../support/passkeys/demo-stage.js';
import { enrolInPage } from '../../support/passkeys/enrol-in-page.js';
import { FoundingCeremony } from '../../support/passkeys/registry-stage.js';
import { recordAnswers } from '../../support/passkeys/worker-answers.js';

const ARTIFACTS = join(import.meta.dirname, '../../../artifacts/web/demo');
const client = useClientOf(async () => startDemoServer(WEB_ROOT));

async function inspect(page: Page, name: string): Promise<void> {
  expect([name, await findScreenFaults(page, join(ARTIFACTS, name))]).toEqual([name, []]);
}

describe('a demo that has not made its people', () => {
  it('says so, looks again when asked, and shows them once they are there', async () => {
    const { page, watch } = await client.openPage();
    await page.getByText(es['demo.none-yet']).waitFor();
    await inspect(page, 'es-none-yet');
    watch.provoke(/^answered 500: .*\/demo\/personas$/);
    await page
      .context()
      .route('**/demo/personas', async (route) =>
        route.fulfill({ status: 500, json: { code: 'server.fault' } }),
      );
    await page.getByRole('button', { name: es['demo.look-again'] }).click();
    await page.getByText('server.fault').waitFor();
    await inspect(page, 'es-fault');
    await page.context().unroute('**/demo/personas');
    await leaveBundle(client.server());
    await page.getByRole('button', { name: es['demo.look-again'] }).click();
    const entry = page.getByRole('button', { name: es['demo.enter'].replace('{name}', ANA) });
    await entry.waitFor();
    expect(await page.getByText(es['demo.none-yet']).count()).toBe(0);
  });
});

describe.each([
  ['es', es],
  ['en', en],
] as const)('somebody of the demo (%s)', (locale, said) => {
  let bundle: DemoPersona;
  const press = async (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click();
  const enter = said['demo.enter'].replace('{name}', ANA);

  beforeAll(async () => {
    const people: readonly DemoPersona[] = await (
      await fetch(`${client.url}/demo/personas`)
    ).json();
    const [first] = people;
    if (first === undefined) throw new Error('nobody in the demo');
    bundle = first;
  });

  it('is entered as with one press, is vouched for, locks, comes back and leaves', async () => {
    let answers: readonly string[] = [];
    const { page } = await client.openPage('/', {
      locale,
      prepare: async ({ page: prepared }) => {
        answers = await recordAnswers(prepared);
      },
    });
    await page.getByRole('button', { name: enter }).waitFor();
    await inspect(page, `${locale}-people`);
    await press(page, enter);
    await page.getByText(said['demo.banner']).waitFor();
    await page.getByText(said['vouching.chain'].slice(-40)).waitFor({ timeout: 60_000 });
    expect(await page.getByRole('main').innerText()).toContain(ANA);
    await press(page, said['today.desk.act']);
    await page.getByText(said['today.none']).waitFor();
    await inspect(page, `${locale}-home`);
    // A registrar of the demo has a desk as every other.
    await page.getByRole('link', { name: said['frame.registry'], exact: true }).click();
    await page.getByRole('heading', { level: 1, name: said['registry.title'] }).waitFor();
    await page.getByText(said['people.self'].replace('{name}', ANA)).waitFor();
    await page.keyboard.press('Alt+L');
    await page.getByRole('heading', { level: 1, name: said['locked.title'] }).waitFor();
    expect(page.workers()).toEqual([]);
    await inspect(page, `${locale}-locked`);
    await press(page, said['demo.again']);
    await page.getByText(said['demo.banner']).waitFor();
    await page.getByRole('link', { name: said['frame.home'], exact: true }).click();
    await page.getByText(bundle.deviceId).waitFor();
    await press(page, said['frame.sign-out']);
    // What belongs to this browser itself was not touched: it is nobody's device.
    await page.getByText(said['sign-in.unavailable']).waitFor();
    expect(await page.context().cookies()).toEqual([]);
    const { identitySeed, signSeed, kemSeed, rootKey } = bundle;
    for (const secret of [identitySeed, signSeed, kemSeed, rootKey]) {
      expect(answers.some((answer) => answer.includes(secret))).toBe(false);
    }
  }, 120_000);
});

it('a demo entry that is refused leaves the device of this browser where it was', async () => {
  let passkeys: VirtualPasskeys | undefined;
  const own = new FoundingCeremony(client.server(), 1, 'Bruno Vega Solís');
  const { page, watch } = await client.openPage('/#/enrol', {
    prepare: async ({ page: prepared }) => {
      passkeys = await VirtualPasskeys.on(prepared, { hasPrf: true });
      own.watch(prepared);
    },
  });
  if (!passkeys) throw new Error('no authenticator');
  await enrolInPage(page, own, passkeys);
  await page.getByRole('button', { name: es['frame.sign-out'], exact: true }).click();
  const signIn = page.getByRole('button', { name: es['sign-in.act'] });
  await signIn.waitFor();
  watch.provoke(/^answered 401: .*\/sessions$/);
  await page
    .context()
    .route('**/sessions', async (route) =>
      route.fulfill({ status: 401, json: { code: 'session.refused' } }),
    );
  await page.getByRole('button', { name: es['demo.enter'].replace('{name}', ANA) }).click();
  await page.getByText(es['problem.session.refused']).waitFor();
  await page.context().unroute('**/sessions');
  await signIn.click();
  await page.getByRole('heading', { level: 1, name: es['home.title'] }).waitFor();
  expect(await page.getByRole('main').innerText()).toContain(own.personId);
}, 120_000);
