import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { useClientOf, WEB_ROOT } from '../../support/browser.js';
import { startCeremonyServer } from '../../support/passkeys/browser-ceremony.js';
import { signedInPage, signInOnPage } from '../../support/passkeys/enrol-in-page.js';

const client = useClientOf(async () => startCeremonyServer(WEB_ROOT));

const MINUTE_MS = 60_000;

/** What the lock screen says; nothing of the page before it is left, and the worker has ended. */
async function lockedText(page: Page): Promise<string> {
  await page.getByRole('heading', { level: 1, name: 'Bloqueado' }).waitFor();
  expect(page.workers()).toEqual([]);
  expect(await page.getByRole('navigation').count()).toBe(0);
  return page.getByRole('main').innerText();
}

describe('a page that somebody has signed in on', () => {
  it('is locked after fifteen minutes without a touch, warns two before, and one key keeps it', async () => {
    const { page } = await signedInPage(client, 'cr-rosa');
    await page.reload();
    await signInOnPage(page);
    const warning = page.getByText('Esta página se bloqueará en 2 minutos.');
    await page.clock.fastForward(13 * MINUTE_MS + 1_000);
    await warning.waitFor();
    await page.keyboard.press('Shift');
    await warning.waitFor({ state: 'detached' });
    await page.clock.fastForward(13 * MINUTE_MS + 1_000);
    await warning.waitFor();
    await page.clock.fastForward(2 * MINUTE_MS);
    expect(await lockedText(page)).toContain('La página se bloqueó tras 15 minutos sin actividad.');
    await page.goto(`${client.url}/#/sessions`);
    expect(await lockedText(page)).toContain('La página se bloqueó tras 15 minutos sin actividad.');
  }, 90_000);

  it('is locked when its session ended at the server, and opens again with the passkey', async () => {
    const { page, watch, ceremony, passkeys } = await signedInPage(client, 'cr-esteban', {
      givesPrfAtOnce: false,
    });
    // These passkeys gave their secret at the first use only; the vault is open all the same.
    expect(passkeys.keptBack).toBe(2);
    await page.getByText('Abierta en esta página.').waitFor();
    await page.getByRole('link', { name: 'Sesiones', exact: true }).click();
    await page.getByText(ceremony.claim.deviceId).waitFor();
    watch.provoke(/^answered 401: .*\/sessions$/);
    const { database } = client.server();
    await database.asAdmin('DELETE FROM app.sessions WHERE device_id = $1', [
      ceremony.claim.deviceId,
    ]);
    // The page may find out by itself before somebody asks: then the button is gone, and the lock is there.
    const again = page.getByRole('button', { name: 'Volver a consultar' });
    await again.click({ timeout: 5_000 }).catch(() => undefined);
    expect(await lockedText(page)).toContain('Su sesión terminó en el servidor');
    await page.getByRole('button', { name: 'Desbloquear con su llave de acceso' }).click();
    await page.getByText(ceremony.claim.deviceId).waitFor();
  }, 90_000);
});
