import { describe, expect, it } from '@jest/globals';

import { useClientOf, WEB_ROOT } from '../../support/browser.js';
import { startCeremonyServer } from '../../support/passkeys/browser-ceremony.js';
import { signedInPage } from '../../support/passkeys/enrol-in-page.js';

const client = useClientOf(async () => startCeremonyServer(WEB_ROOT));

describe('a page in use', () => {
  it('checks what its next worker fetches on demand again: a script of another build does not run', async () => {
    const { page, watch } = await signedInPage(client, 'cr-rosa');
    await page.getByRole('button', { name: 'Comprobar de nuevo' }).waitFor();
    await page.keyboard.press('Alt+L');
    await page.getByRole('heading', { level: 1, name: 'Bloqueado' }).waitFor();
    watch.provoke(/^console: .*own-directory.*integrity/);
    let tampered = 0;
    await page.context().route('**/assets/worker.own-directory-*.js', async (route) => {
      tampered += 1;
      const response = await route.fetch();
      await route.fulfill({ response, body: `${await response.text()} ` });
    });
    await page.getByRole('button', { name: 'Desbloquear con su llave de acceso' }).click();
    await page.getByText('client.worker-refused').waitFor();
    expect(tampered).toBe(1);
  }, 90_000);

  it('offers no act that needs the server while the way to it is lost, says why, and goes on', async () => {
    const { page, watch } = await signedInPage(client, 'cr-esteban');
    await page.getByRole('link', { name: 'Sesiones', exact: true }).click();
    const again = page.getByRole('button', { name: 'Volver a consultar' });
    await again.waitFor();
    watch.provoke(/^failed: .*\/sessions /);
    await page.context().setOffline(true);
    await page.clock.fastForward(6_000);
    await page.getByText('Sin conexión con el servidor: este acto espera.').waitFor();
    expect(await again.isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Salir' }).isDisabled()).toBe(true);
    await page.context().setOffline(false);
    await page.clock.fastForward(6_000);
    await again.click();
    await page.getByText('Sin conexión').first().waitFor({ state: 'detached' });
  }, 90_000);
});
