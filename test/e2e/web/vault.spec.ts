import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import en from '../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { findScreenFaults } from '../../support/axe.js';
import { useClientOf, WEB_ROOT } from '../../support/browser.js';
import { VirtualPasskeys } from '../../support/passkeys/browser-ceremony.js';
import { enrolInPage } from '../../support/passkeys/enrol-in-page.js';
import { FoundingCeremony, startRegistryServer } from '../../support/passkeys/registry-stage.js';

const ARTIFACTS = join(import.meta.dirname, '../../../artifacts/web/vault');
const client = useClientOf(async () => startRegistryServer(WEB_ROOT));

async function inspect(page: Page, name: string): Promise<void> {
  expect([name, await findScreenFaults(page, join(ARTIFACTS, name))]).toEqual([name, []]);
}

const keptVaults = async () =>
  client.server().database.asAdmin('SELECT octet_length(head) AS length FROM app.vaults');

const rollbacks = async (): Promise<number> => {
  const type = 'vault.rollback-detected';
  return (
    await client.server().database.asAdmin('SELECT 1 FROM audit.events WHERE type = $1', [type])
  ).length;
};

/** As in a browser that has only just come back: what it has seen of the vault is gone. */
async function forgetKnownVault(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const done = async <Value>(asked: IDBRequest<Value>): Promise<Value> =>
      new Promise((resolve, reject) => {
        asked.addEventListener('success', () => resolve(asked.result));
        asked.addEventListener('error', () => reject(asked.error ?? new Error('no answer')));
      });
    const database = await done(indexedDB.open('enlace'));
    const values = database.transaction('values', 'readwrite').objectStore('values');
    const known = ['vault', 'known'];
    if ((await done(values.count(known))) !== 1) throw new Error('no vault was known');
    await done(values.delete(known));
    database.close();
  });
}

describe.each([
  ['es', es, 0],
  ['en', en, 1],
] as const)('a vault that was made in a browser (%s)', (locale, said, which) => {
  it('is kept by the server before the account begins, and is opened and compared at each sign-in', async () => {
    const before = (await keptVaults()).length;
    const ceremony = new FoundingCeremony(client.server(), which, 'Ana Castro Lobo');
    let passkeys: VirtualPasskeys | undefined;
    const { page } = await client.openPage('/#/enrol', {
      prepare: async ({ page: prepared }) => {
        passkeys = await VirtualPasskeys.on(prepared, { hasPrf: true });
        ceremony.watch(prepared);
      },
    });
    if (!passkeys) throw new Error('no authenticator');
    await enrolInPage(page, ceremony, passkeys);
    await page.getByRole('radio', { name: said['language.name'], exact: true }).click();
    const kept = page.getByText(said['vault.kept'].replace('{version, number}', '1'));
    await kept.waitFor({ timeout: 60_000 });
    const ways = [said['vault.way.passkey'], said['vault.way.recovery']].join(' · ');
    await page.getByText(said['vault.kept.ways'].replace('{ways}', ways)).waitFor();
    expect(await keptVaults()).toHaveLength(before + 1);
    await inspect(page, `${locale}-kept`);

    await page.keyboard.press('Alt+L');
    await page.getByRole('button', { name: said['locked.act'] }).click();
    await kept.waitFor({ timeout: 60_000 });

    // A server that has lost it, or keeps it back, says that there never was one.
    const { database } = client.server();
    await database.asAdmin('DELETE FROM app.vault_items');
    await database.asAdmin('DELETE FROM app.vaults');
    await page.getByRole('button', { name: said['vault.kept.again'] }).click();
    await page.getByText(said['problem.vault.rolled-back']).waitFor();
    expect(await kept.count()).toBe(0);
    await inspect(page, `${locale}-gone`);

    // A store that has forgotten it does not help the server: the own record has the writes. Every page says so.
    const stated = await rollbacks();
    await forgetKnownVault(page);
    await page.getByRole('link', { name: said['home.sessions'] }).click();
    await page.keyboard.press('Alt+L');
    await page.getByRole('button', { name: said['locked.act'] }).click();
    await page.getByRole('heading', { level: 1, name: said['sessions.title'] }).waitFor();
    await page.getByText(said['problem.vault.rolled-back']).waitFor({ timeout: 60_000 });
    await inspect(page, `${locale}-gone-elsewhere`);
    expect(await rollbacks()).toBe(stated + 1);
  }, 120_000);
});
