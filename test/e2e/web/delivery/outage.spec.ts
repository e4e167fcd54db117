import { expect, it } from '@jest/globals';

import { useClientOf, WEB_ROOT } from '../../../support/browser.js';
import { startCeremonyServer } from '../../../support/passkeys/browser-ceremony.js';
import { signedInPage } from '../../../support/passkeys/enrol-in-page.js';

const client = useClientOf(async () => startCeremonyServer(WEB_ROOT));

/** Whatever a page asks that is no file of its release. */
const isOfTheServer = ({ pathname }: URL): boolean => !/^\/$|^\/assets\/|\.\w+$/.test(pathname);

it('a passkey opens the page while no server answers, and a session once one does', async () => {
  const { page, watch, ceremony } = await signedInPage(client, 'cr-rosa');
  const content = page.getByText(ceremony.claim.deviceId);
  const noSession = page.getByText('No hay sesión: el servidor no responde.');
  await page.getByText('Abierta en esta página.').waitFor();
  watch.tolerate(/net::ERR_INTERNET_DISCONNECTED/);
  await page.keyboard.press('Alt+l');
  await page.getByRole('heading', { level: 1, name: 'Bloqueado' }).waitFor();

  // The files of the page still come, and the server behind them is gone.
  const context = page.context();
  await context.route(isOfTheServer, async (route) => route.abort('internetdisconnected'));
  await page.getByRole('button', { name: 'Desbloquear con su llave de acceso' }).click();
  await content.waitFor();
  await page.getByText('Abierta en esta página.').waitFor();
  await noSession.waitFor();
  await page.getByText('Sin conexión con el servidor.').waitFor();
  const connect = page.getByRole('button', { name: 'Conectarse', exact: true });
  expect(await connect.count()).toBe(0);

  await context.unrouteAll({ behavior: 'wait' });
  await page.getByText('El servidor responde de nuevo.').waitFor();
  await connect.click();
  await noSession.waitFor({ state: 'detached' });
  await content.waitFor();
}, 90_000);
