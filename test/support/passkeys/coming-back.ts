import type { Page } from 'playwright-core';

import es from '../../../apps/web/src/i18n/es.json' with { type: 'json' };
import type { Client, OpenedPage } from '../browser.js';
import { VirtualPasskeys } from './browser-ceremony.js';
import { enrolInPage } from './enrol-in-page.js';
import type { RegistrarPrograms } from './registrar-programs.js';

const VAULT_MS = 60_000;

export interface Browser extends OpenedPage {
  readonly passkeys: VirtualPasskeys;
}

interface Kind {
  readonly locale?: string;
  readonly hasPrf?: boolean;
}

let browsers = 0;

/** A browser of its own, with an authenticator that no other one has, at an address of its own. */
export async function aBrowser(
  client: Client,
  path: string,
  { locale = 'es', hasPrf = true }: Kind = {},
): Promise<Browser> {
  let passkeys: VirtualPasskeys | undefined;
  const opened = await client.openPage(path, {
    locale,
    extraHTTPHeaders: { 'x-forwarded-for': `10.6.0.${(browsers += 1)}` },
    prepare: async ({ page }) => {
      passkeys = await VirtualPasskeys.on(page, { hasPrf });
    },
  });
  if (!passkeys) throw new Error('no authenticator');
  return { ...opened, passkeys };
}

/** Somebody whom both registrars certify on a browser that is lost from then on. Resolves to the recovery code. */
export async function loseBrowser(
  client: Client,
  registrars: RegistrarPrograms,
  { phrase }: { readonly phrase?: string } = {},
): Promise<string> {
  const { page, passkeys } = await aBrowser(client, '/#/enrol', { hasPrf: phrase === undefined });
  const ceremony = {
    invite: async () => registrars.invite('Rosa Alpízar Mena'),
    certify: async () => registrars.certify(),
    ...(phrase === undefined ? {} : { phrase }),
  };
  const code = await enrolInPage(page, ceremony, passkeys);
  if (phrase !== undefined) await openByPhrase(page, phrase);
  await page
    .getByText(es['vault.kept'].replace('{version, number}', '1'))
    .waitFor({ timeout: VAULT_MS });
  await page.getByRole('button', { name: es['frame.sign-out'], exact: true }).click();
  await page.getByRole('button', { name: es['sign-in.act'] }).waitFor();
  return code;
}

/** As many values as the store of this browser holds. */
export async function countKept(page: Page): Promise<number> {
  return page.evaluate(
    async () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('enlace');
        opening.addEventListener('error', () => reject(opening.error ?? new Error('no store')));
        opening.addEventListener('success', () => {
          const { result: database } = opening;
          const counting = database.transaction('values').objectStore('values').count();
          counting.addEventListener('success', () => {
            database.close();
            resolve(counting.result);
          });
        });
      }),
  );
}

/** Types the passphrase where the page asks for one, on the Spanish screens. */
export async function openByPhrase(page: Page, phrase: string): Promise<void> {
  await page.getByLabel(es['vault.passphrase.label']).fill(phrase);
  await page.getByRole('button', { name: es['vault.passphrase.act'], exact: true }).click();
}
