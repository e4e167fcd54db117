import type { Page } from 'playwright-core';

import type { useClientOf } from '../browser.js';
import { BrowserCeremony, VirtualPasskeys, type CeremonyServer } from './browser-ceremony.js';

/**
 * The way of an invited person through the Spanish screens, from the page of the invitation to the signed-in home.
 * Resolves to the recovery code. With a `phrase` for passkeys that open no vault.
 */
export async function enrolInPage(
  page: Page,
  ceremony: Pick<BrowserCeremony, 'invite' | 'certify'> & { readonly phrase?: string },
  passkeys: VirtualPasskeys,
): Promise<string> {
  const press = async (name: string) => page.getByRole('button', { name, exact: true }).click();
  await page
    .getByLabel('Texto de la invitación, como está en el papel')
    .fill(await ceremony.invite());
  await press('Comprobar la invitación');
  await press('Crear la llave de acceso');
  await page.getByRole('button', { name: 'Crear la llave de repuesto' }).waitFor();
  await passkeys.plug();
  await press('Crear la llave de repuesto');
  if (ceremony.phrase !== undefined) {
    await page.getByLabel('Su frase de contraseña').fill(ceremony.phrase);
    await press('Usar esta frase');
  }
  await press('Mostrar el código');
  const code = await page.getByTestId('recovery-code').innerText();
  await press('Ya lo tengo en papel');
  await page.getByLabel('Escriba el código desde el papel').fill(code);
  await press('Comprobar el código');
  await page.getByTestId('claim-digits').waitFor();
  await ceremony.certify();
  await press('Preguntar si ya firmaron');
  await page.getByRole('link', { name: 'Ir a la entrada' }).click();
  await signInOnPage(page);
  return code;
}

export async function signInOnPage(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Entrar con su llave de acceso' }).click();
  await page.getByRole('heading', { level: 1, name: 'Inicio' }).waitFor();
}

/** A page on which somebody of Costa Rica has signed in; its clock is moved by the test. */
export async function signedInPage(
  client: ReturnType<typeof useClientOf<CeremonyServer>>,
  slug: string,
  { givesPrfAtOnce = true } = {},
) {
  const ceremony = new BrowserCeremony(client.server(), slug);
  let passkeys: VirtualPasskeys | undefined;
  const { page, watch } = await client.openPage('/#/enrol', {
    prepare: async ({ page: prepared }) => {
      await prepared.clock.install();
      passkeys = await VirtualPasskeys.on(prepared, { hasPrf: true });
      if (!givesPrfAtOnce) await passkeys.keepBack(prepared);
      await ceremony.watch(prepared);
    },
  });
  if (!passkeys) throw new Error('no authenticator');
  await enrolInPage(page, ceremony, passkeys);
  return { page, watch, ceremony, passkeys };
}
