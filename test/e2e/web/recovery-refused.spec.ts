import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page, Route } from 'playwright-core';

import es from '../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { useClientOf, WEB_ROOT } from '../../support/browser.js';
import {
  aBrowser,
  countKept,
  loseBrowser,
  openByPhrase,
  type Browser,
} from '../../support/passkeys/coming-back.js';
import { RegistrarPrograms } from '../../support/passkeys/registrar-programs.js';
import { startRegistryServer } from '../../support/passkeys/registry-stage.js';

const MINUTE_MS = 60_000;
const PHRASE = 'cinco caballos grises';
const client = useClientOf(async () => startRegistryServer(WEB_ROOT));

let registrars: RegistrarPrograms;
beforeAll(async () => {
  registrars = await RegistrarPrograms.atWork(client.server());
}, MINUTE_MS);

const press = async (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).click();
const kept = (page: Page, version: number) =>
  page
    .getByText(es['vault.kept'].replace('{version, number}', String(version)))
    .waitFor({ timeout: MINUTE_MS });

async function usePaper(page: Page, paper: string, personId = registrars.personId): Promise<void> {
  await page.getByLabel(es['recover.code.label']).fill(paper);
  await page.getByLabel(es['recover.person.label']).fill(personId);
  await press(page, es['recover.paper.act']);
}

async function openVault(page: Page, code: string): Promise<void> {
  const typed = page.getByLabel(es['vault.recovery.label']);
  await typed.waitFor({ timeout: MINUTE_MS });
  await typed.fill(code);
  await press(page, es['vault.recovery.act']);
}

/** A browser whose vault is open, and which was not certified yet. */
async function beforeThePasskey(code: string): Promise<Browser> {
  const browser = await aBrowser(client, '/#/recover');
  await usePaper(browser.page, await registrars.letBackIn());
  await openVault(browser.page, code);
  await browser.page.getByRole('button', { name: es['enrol.passkey.act'] }).waitFor();
  return browser;
}

async function signIn(page: Page): Promise<void> {
  await page.getByText(es['recover.done.text']).waitFor({ timeout: MINUTE_MS });
  await page.getByRole('link', { name: es['enrol.enrolled.act'] }).click();
  await press(page, es['sign-in.act']);
}

/** What was sent for a certificate, and how often. */
function certificatesOf({ passkeys }: Browser): readonly string[] {
  return passkeys.bodies
    .map((body) => body.toString())
    .filter((body) => body.includes('"registrations"') && body.includes('"wire"'));
}

describe('whoever comes back and hears nothing of the certificate', () => {
  let code: string;
  let version = 1;
  beforeAll(async () => {
    code = await loseBrowser(client, registrars);
  }, MINUTE_MS);

  it.each([
    [
      'client.unreachable',
      /^(?:failed|answered 4\d\d): .*\/devices/,
      (route: Route) => route.abort('failed'),
    ],
    [
      'server.fault',
      /^answered (?:500|4\d\d): .*\/devices$/,
      (route: Route) => route.fulfill({ status: 500, json: { code: 'server.fault' } }),
    ],
  ])(
    'keeps it through %s, and sends the same one',
    async (problem, provoked, answer) => {
      const browser = await beforeThePasskey(code);
      const { page, watch } = browser;
      watch.provoke(provoked);
      await page.context().route('**/devices', async (route) => {
        await route.fetch();
        await answer(route);
      });
      await press(page, es['enrol.passkey.act']);
      const again = page.getByRole('button', { name: es['recover.certificate.act'] });
      await page.getByText(problem).waitFor({ timeout: MINUTE_MS });
      expect(await countKept(page)).toBeGreaterThan(0);
      await page.context().unroute('**/devices');
      // Somebody who looks elsewhere meanwhile finds the step again.
      await page.goto(`${client.url}/#/about`);
      await page.goto(`${client.url}/#/recover`);
      await again.click();
      await signIn(page);
      await kept(page, (version += 1));
      const [first, ...others] = certificatesOf(browser);
      expect(first).toBeDefined();
      expect(others.every((other) => other === first)).toBe(true);
    },
    120_000,
  );

  it('begins with another passkey after a refusal, of which nothing stays behind', async () => {
    const { page, watch } = await beforeThePasskey(code);
    watch.provoke(/^answered 422: .*\/devices$/);
    await page
      .context()
      .route('**/devices', async (route) =>
        route.fulfill({ status: 422, json: { code: 'statement.refused' } }),
      );
    await press(page, es['enrol.passkey.act']);
    await page.getByText('statement.refused').waitFor();
    expect(await countKept(page)).toBe(0);
    await page.context().unroute('**/devices');
    // The device is there whether or not the session of recovery can be ended.
    watch.provoke(/^answered 500: .*\/sessions\/current$/);
    await page
      .context()
      .route('**/sessions/current', async (route) =>
        route.fulfill({ status: 500, json: { code: 'server.fault' } }),
      );
    await press(page, es['enrol.passkey.act']);
    await signIn(page);
    await kept(page, (version += 1));
    expect(await page.getByText(es['home.set-back']).count()).toBe(0);
  }, 120_000);
});

describe('whoever comes back to a server that shows an older vault', () => {
  it('is not told so by the new browser, which has seen none, but by the own record', async () => {
    const { database } = client.server();
    const code = await loseBrowser(client, registrars);
    const { personId } = registrars;
    const find = 'SELECT counter, head, wraps FROM app.vaults WHERE person_id = $1';
    const [older] = await database.asAdmin(find, [personId]);
    const { page: first } = await beforeThePasskey(code);
    await press(first, es['enrol.passkey.act']);
    await signIn(first);
    await kept(first, 2);
    const put = 'UPDATE app.vaults SET counter = $2, head = $3, wraps = $4 WHERE person_id = $1';
    await database.asAdmin(put, [personId, older?.counter, older?.head, older?.wraps]);
    const { page } = await beforeThePasskey(code);
    await press(page, es['enrol.passkey.act']);
    await signIn(page);
    await page.getByText(es['problem.vault.rolled-back']).waitFor({ timeout: MINUTE_MS });
    const type = 'vault.rollback-detected';
    const stated = 'SELECT 1 FROM audit.events WHERE type = $1';
    expect(await database.asAdmin(stated, [type])).toHaveLength(1);
  }, 120_000);
});

describe('the code of the registrars', () => {
  it('is spent once: what is wrong or lost after that is tried again under it', async () => {
    const code = await loseBrowser(client, registrars);
    const paper = await registrars.letBackIn();
    const { page, watch } = await aBrowser(client, '/#/recover');
    await page.context().route('**/trust-store.json', async (route) => {
      const text = await (await route.fetch()).text();
      await route.fulfill({ body: text.replace('"v":1', '"v":1 ') });
    });
    await usePaper(page, paper);
    await page.getByText('trust.not-as-printed').waitFor();
    await page.context().unroute('**/trust-store.json');

    watch.provoke(/^failed: .*\/vault /);
    await page.context().route('**/vault', async (route) => route.abort('failed'));
    await usePaper(page, paper);
    await page.getByText('client.unreachable').waitFor({ timeout: MINUTE_MS });
    await page.context().unroute('**/vault');
    // Somebody else of the State: no device of that person has signed this vault.
    await usePaper(page, paper, client.server().state.registrars[0]?.id ?? '');
    await page.getByText(es['problem.vault.head-refused']).waitFor();
    // A vault with another way to open it: its head does not name that way.
    await page.context().route('**/vault', async (route) => {
      const response = await route.fetch();
      const told: { wraps: readonly string[] } = await response.json();
      await route.fulfill({ response, json: { ...told, wraps: told.wraps.slice(1) } });
    });
    await usePaper(page, paper);
    await page.getByText(es['problem.vault.head-refused']).waitFor();
    await page.context().unroute('**/vault');
    await usePaper(page, paper);
    await openVault(page, code);
    await page.getByRole('button', { name: es['enrol.passkey.act'] }).waitFor();

    // Whoever gives up leaves nothing that the next person of this browser would be compared with.
    expect(await countKept(page)).toBe(0);
    watch.provoke(/^answered 401: .*\/sessions\/recovery$/);
    await page.reload();
    await usePaper(page, paper);
    await page.getByText('session.refused').waitFor();
    expect(await countKept(page)).toBe(0);
  }, 120_000);
});

describe('whoever has no passkey that opens a vault', () => {
  it('comes back by the passphrase, and opens with it what the passkey does not', async () => {
    await loseBrowser(client, registrars, { phrase: PHRASE });
    const { page, passkeys } = await aBrowser(client, '/#/recover', { hasPrf: false });
    await usePaper(page, await registrars.letBackIn());
    await page.getByLabel(es['vault.passphrase.label']).waitFor({ timeout: MINUTE_MS });
    await openByPhrase(page, PHRASE);
    const make = page.getByRole('button', { name: es['enrol.passkey.act'] });
    await make.waitFor({ timeout: MINUTE_MS });
    await make.click();
    await signIn(page);
    await page.getByText(es['vault.closed']).waitFor();
    await openByPhrase(page, PHRASE);
    // No way was added: the vault is the one of before.
    await kept(page, 1);
    expect(passkeys.prfs).toEqual([]);
  }, 150_000);
});
