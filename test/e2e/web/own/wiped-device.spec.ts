import { beforeAll, describe, expect, it } from '@jest/globals';

import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { useClientOf, WEB_ROOT } from '../../../support/browser.js';
import { aBrowser } from '../../../support/passkeys/coming-back.js';
import { enrolInPage } from '../../../support/passkeys/enrol-in-page.js';
import { comeBack } from '../../../support/passkeys/recover-in-page.js';
import { RegistrarPrograms } from '../../../support/passkeys/registrar-programs.js';
import { startRegistryServer } from '../../../support/passkeys/registry-stage.js';
import { leftIn, NOTHING_LEFT } from '../../../support/passkeys/wiped-browser.js';
import { until } from '../../../support/until.js';

const client = useClientOf(async () => startRegistryServer(WEB_ROOT));
const MINUTE_MS = 60_000;
const TITLE = 'Ruta de Peñas Blancas';
const SAID = 'Lo que se dijo antes de borrar el navegador.';

let registrars: RegistrarPrograms;
beforeAll(async () => {
  registrars = await RegistrarPrograms.atWork(client.server());
}, MINUTE_MS);

describe('somebody who has wiped the only device', () => {
  it('has left nothing in it, and reads every thread again once the code on paper has opened the vault', async () => {
    const { page, passkeys, watch } = await aBrowser(client, '/#/enrol');
    const press = async (name: string) => page.getByRole('button', { name, exact: true }).click();
    const follow = async (name: string | RegExp) =>
      page.getByRole('link', { name }).first().click();
    const heading = async (name: string) =>
      page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    const ceremony = {
      invite: async () => registrars.invite('Rosa Alpízar Mena'),
      certify: async () => registrars.certify(),
    };
    const code = await enrolInPage(page, ceremony, passkeys);
    await follow(es['frame.cases']);
    await press(es['cases.open.act']);
    await follow(new RegExp(`^${es['case.type.migrant-smuggling']}`));
    await page.getByLabel(es['threads.open.name'], { exact: true }).fill(TITLE);
    await press(es['threads.open.act']);
    await heading(TITLE);
    const field = page.getByLabel(es['thread.say'], { exact: true });
    await field.fill(SAID);
    await press(es['thread.send']);
    await page.locator('.entry-text', { hasText: SAID }).waitFor();
    // It may stand there before the answer does: until then it is a draft as well.
    await until(async () => (await field.inputValue()) === '');

    await follow(es['frame.settings']);
    await press(es['settings.wipe.ask']);
    // The page behind it lists the ways into the vault as well.
    const dialog = page.getByRole('dialog', { name: es['settings.wipe.title'] });
    await dialog.getByText(es['settings.wipe.all-sent']).waitFor();
    await dialog.getByText(es['settings.wipe.keys-kept']).waitFor();
    await dialog.getByText(es['vault.way.recovery']).waitFor();
    const paper = await registrars.letBackIn();
    await press(es['settings.wipe.act']);
    await heading(es['leaving.wiped']);
    expect(await page.getByText(es['leaving.session']).count()).toBe(0);
    expect(await leftIn(page)).toEqual(NOTHING_LEFT);
    expect(await page.context().cookies()).toEqual([]);

    await press(es['leaving.entrance']);
    await press(es['sign-in.others']);
    await follow(es['sign-in.others.recover']);
    await comeBack(page, { paper, personId: registrars.personId, code });
    await heading(es['home.title']);
    await follow(es['frame.cases']);
    await follow(new RegExp(`^${es['case.type.migrant-smuggling']}`));
    await follow(TITLE);
    await page.locator('.entry-text', { hasText: SAID }).waitFor({ timeout: 2 * MINUTE_MS });
    expect(watch.findings()).toEqual([]);
  }, 300_000);
});
