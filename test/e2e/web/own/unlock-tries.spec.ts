import { UNLOCK_LIMITS } from '@enlace/client';
import { newRecoveryCode } from '@enlace/e2ee';
import { systemRandom } from '@enlace/kernel';
import { beforeAll, describe, expect, it } from '@jest/globals';

import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { useClientOf, WEB_ROOT } from '../../../support/browser.js';
import { aBrowser, loseBrowser } from '../../../support/passkeys/coming-back.js';
import { RegistrarPrograms } from '../../../support/passkeys/registrar-programs.js';
import { startRegistryServer } from '../../../support/passkeys/registry-stage.js';

const MINUTE_MS = 60_000;
const client = useClientOf(async () => startRegistryServer(WEB_ROOT));

let registrars: RegistrarPrograms;
beforeAll(async () => {
  registrars = await RegistrarPrograms.atWork(client.server());
}, MINUTE_MS);

describe('whoever types codes that open nothing', () => {
  it('is told so five times, and then to wait, with the right one as well', async () => {
    const code = await loseBrowser(client, registrars);
    const { page } = await aBrowser(client, '/#/recover');
    const press = async (name: string) => page.getByRole('button', { name, exact: true }).click();
    await page.getByLabel(es['recover.code.label']).fill(await registrars.letBackIn());
    await page.getByLabel(es['recover.person.label']).fill(registrars.personId);
    await press(es['recover.paper.act']);
    const typed = page.getByLabel(es['vault.recovery.label']);
    await typed.waitFor({ timeout: MINUTE_MS });
    const open = async (text: string) => {
      await typed.fill(text);
      await press(es['vault.recovery.act']);
    };
    for (let tries = 0; tries < UNLOCK_LIMITS.freeTries; tries += 1) {
      await open(newRecoveryCode(systemRandom).text);
      await page.getByText(es['problem.vault.not-opened']).waitFor();
    }
    await open(code);
    await page.getByText(es['problem.unlock.paused']).waitFor();
    await page.getByText(/Puede volver a intentarlo en \d+ segundos/).waitFor();
    expect(await page.getByRole('button', { name: es['enrol.passkey.act'] }).count()).toBe(0);
  }, 120_000);
});
