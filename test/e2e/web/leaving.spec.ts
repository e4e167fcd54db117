import { describe, expect, it } from '@jest/globals';

import { useClientOf, WEB_ROOT } from '../../support/browser.js';
import { startCeremonyServer } from '../../support/passkeys/browser-ceremony.js';
import { signedInPage } from '../../support/passkeys/enrol-in-page.js';

const client = useClientOf(async () => startCeremonyServer(WEB_ROOT));

describe('a page that is left while it reads', () => {
  it('lets what it asked for end first, asks nothing after, and shows the entrance', async () => {
    const { page } = await signedInPage(client, 'cr-rosa');
    const again = page.getByRole('button', { name: 'Comprobar de nuevo' });
    await again.waitFor();
    let letGo = (): void => {};
    const isHeld = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const asked = page.waitForRequest('**/directory/log/checkpoint');
    await page.context().route('**/directory/log/checkpoint', async (route) => {
      await isHeld;
      await route.continue();
    });
    await again.click();
    await asked;
    await page.getByRole('button', { name: 'Salir' }).click();
    letGo();
    await page.getByRole('button', { name: 'Entrar con su llave de acceso' }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
  }, 90_000);
});
