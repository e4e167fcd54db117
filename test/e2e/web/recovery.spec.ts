import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import en from '../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { findScreenFaults } from '../../support/axe.js';
import { useClientOf, WEB_ROOT } from '../../support/browser.js';
import { aBrowser, loseBrowser } from '../../support/passkeys/coming-back.js';
import { RegistrarPrograms } from '../../support/passkeys/registrar-programs.js';
import { startRegistryServer } from '../../support/passkeys/registry-stage.js';

const ARTIFACTS = join(import.meta.dirname, '../../../artifacts/web/recovery');
const client = useClientOf(async () => startRegistryServer(WEB_ROOT));
const MINUTE_MS = 60_000;

let registrars: RegistrarPrograms;
beforeAll(async () => {
  registrars = await RegistrarPrograms.atWork(client.server());
}, MINUTE_MS);

async function inspect(page: Page, name: string): Promise<void> {
  expect([name, await findScreenFaults(page, join(ARTIFACTS, name))]).toEqual([name, []]);
}

describe.each([
  ['es', es],
  ['en', en],
] as const)('somebody who has lost every device (%s)', (locale, said) => {
  const press = async (page: Page, name: string) =>
    page.getByRole('button', { name, exact: true }).click();

  it('is let back in by two registrars, and the code on paper opens the vault on a new browser', async () => {
    const code = await loseBrowser(client, registrars);
    const paper = await registrars.letBackIn();
    const { page, watch, passkeys } = await aBrowser(client, '/', { locale });
    await press(page, said['sign-in.others']);
    await page.getByRole('link', { name: said['sign-in.others.recover'] }).click();
    await page.getByLabel(said['recover.code.label']).fill(paper);
    await page.getByLabel(said['recover.person.label']).fill(registrars.personId);
    await inspect(page, `${locale}-1-paper`);
    await press(page, said['recover.paper.act']);
    const typed = page.getByLabel(said['vault.recovery.label']);
    await typed.waitFor({ timeout: MINUTE_MS });
    await inspect(page, `${locale}-2-vault`);
    await typed.fill(`${code.startsWith('A') ? 'B' : 'A'}${code.slice(1)}`);
    await press(page, said['vault.recovery.act']);
    await page.getByText(said['problem.vault.malformed']).waitFor();
    await typed.fill(code.toLowerCase().replaceAll('-', ' '));
    await press(page, said['vault.recovery.act']);
    const make = page.getByRole('button', { name: said['enrol.passkey.act'] });
    await make.waitFor({ timeout: MINUTE_MS });
    await inspect(page, `${locale}-3-passkey`);
    await make.click();
    await page.getByText(said['recover.done.text']).waitFor();
    await page.getByRole('link', { name: said['enrol.enrolled.act'] }).click();
    await press(page, said['sign-in.act']);
    // The passkey of this browser opens the vault, here and on the server.
    await page
      .getByText(said['vault.kept'].replace('{version, number}', '2'))
      .waitFor({ timeout: MINUTE_MS });
    expect(await page.getByRole('main').innerText()).toContain('Rosa Alpízar Mena');
    await inspect(page, `${locale}-4-back`);
    for (const secret of passkeys.prfs) {
      expect(passkeys.bodies.some((body) => body.includes(Buffer.from(secret)))).toBe(false);
    }

    // The code is spent, and this browser is a device: nothing of it is written over.
    await press(page, said['frame.sign-out']);
    await page.getByRole('button', { name: said['sign-in.act'] }).waitFor();
    await page.goto(`${client.url}/#/recover`);
    await page.getByText(said['problem.store.taken']).waitFor();
    const thief = await aBrowser(client, '/#/recover', { locale });
    thief.watch.provoke(/^answered 401: .*\/sessions\/recovery$/);
    await thief.page.getByLabel(said['recover.code.label']).fill(paper);
    await thief.page.getByLabel(said['recover.person.label']).fill(registrars.personId);
    await press(thief.page, said['recover.paper.act']);
    await thief.page.getByText('session.refused').waitFor();
    await inspect(thief.page, `${locale}-5-refused`);
    expect(watch.findings()).toEqual([]);
  }, 240_000);
});
