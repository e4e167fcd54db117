import { join } from 'node:path';

import { UNLOCK_LIMITS } from '@enlace/client';
import { newRecoveryCode } from '@enlace/e2ee';
import { systemRandom } from '@enlace/kernel';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import en from '../../../../apps/web/src/i18n/en.json' with { type: 'json' };
import es from '../../../../apps/web/src/i18n/es.json' with { type: 'json' };
import { findScreenFaults } from '../../../support/axe.js';
import { useClientOf, WEB_ROOT } from '../../../support/browser.js';
import { aBrowser, type Browser } from '../../../support/passkeys/coming-back.js';
import { enrolInPage } from '../../../support/passkeys/enrol-in-page.js';
import { comeBack } from '../../../support/passkeys/recover-in-page.js';
import { RegistrarPrograms } from '../../../support/passkeys/registrar-programs.js';
import { startRegistryServer } from '../../../support/passkeys/registry-stage.js';

const ARTIFACTS = join(import.meta.dirname, '../../../../artifacts/web/ways');
const MINUTE_MS = 60_000;
const client = useClientOf(async () => startRegistryServer(WEB_ROOT));
type Said = typeof es;

let registrars: RegistrarPrograms;
beforeAll(async () => {
  registrars = await RegistrarPrograms.atWork(client.server());
}, MINUTE_MS);

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

async function inspect(page: Page, name: string): Promise<void> {
  expect([name, await findScreenFaults(page, join(ARTIFACTS, name))]).toEqual([name, []]);
}

/** A sentence of a catalogue up to its first argument. */
function begins(sentence: string): string {
  return sentence.slice(0, sentence.indexOf('{')).trim();
}

async function enrolled(): Promise<Browser & { readonly code: string }> {
  const browser = await aBrowser(client, '/#/enrol');
  browser.page.setDefaultTimeout(MINUTE_MS);
  const ceremony = {
    invite: async () => registrars.invite('Rosa Alpízar Mena'),
    certify: async () => registrars.certify(),
  };
  const code = await enrolInPage(browser.page, ceremony, browser.passkeys);
  await isKept(browser.page, es, 1);
  return { ...browser, code };
}

async function isKept(page: Page, said: Said, version: number): Promise<void> {
  await page.getByText(said['vault.kept'].replace('{version, number}', String(version))).waitFor();
}

async function toSettings(page: Page, said: Said): Promise<void> {
  await page.getByRole('link', { name: said['frame.settings'], exact: true }).click();
  await page.getByRole('heading', { level: 1, name: said['settings.title'] }).waitFor();
}

function waysIn(page: Page, said: Said) {
  return page.getByRole('list', { name: said['ways.title'], exact: true }).getByRole('listitem');
}

async function tryCode(page: Page, said: Said, typed: string): Promise<void> {
  await page.getByLabel(said['ways.try.label'], { exact: true }).fill(typed);
  await press(page, said['ways.try.act']);
}

/** Shows another code, types it back, shows the passkey at hand and changes the key. Resolves to the code. */
async function renew(page: Page, said: Said, shot: string | null = null): Promise<string> {
  await press(page, said['ways.renew']);
  await press(page, said['enrol.kit.show']);
  const code = await page.getByTestId('recovery-code').innerText();
  await press(page, said['enrol.kit.kept']);
  await page.getByLabel(said['enrol.kit.label'], { exact: true }).fill(code);
  await press(page, said['enrol.kit.act']);
  const lock = page.getByRole('button', { name: said['ways.lock.act'], exact: true });
  await lock.waitFor();
  expect(await lock.isDisabled()).toBe(true);
  await press(page, said['ways.lock.show']);
  await page.waitForFunction((name) => {
    const all = [...document.querySelectorAll('button')];
    return all.some((each) => each.textContent === name && !each.disabled);
  }, said['ways.lock.act']);
  if (shot !== null) await inspect(page, shot);
  await lock.click();
  await page.getByText(said['ways.renewed']).waitFor();
  return code;
}

async function unlock(page: Page, said: Said): Promise<void> {
  await page.keyboard.press('Alt+L');
  await press(page, said['locked.act']);
  await page.getByRole('heading', { level: 1, name: said['settings.title'] }).waitFor();
}

describe('what opens the vault of a person', () => {
  it.each([
    ['es', es],
    ['en', en],
  ] as const)(
    'is listed, the code is tried, and another one takes its place (%s)',
    async (locale, said) => {
      const { page, passkeys, code } = await enrolled();
      await page.getByRole('radio', { name: said['language.name'], exact: true }).click();
      await toSettings(page, said);
      await waysIn(page, said).first().waitFor();
      expect(await waysIn(page, said).count()).toBe(3);
      await press(page, said['ways.try']);
      await tryCode(page, said, `${code.startsWith('A') ? 'B' : 'A'}${code.slice(1)}`);
      await page.getByText(said['problem.vault.malformed']).waitFor();
      await tryCode(page, said, code.toLowerCase().replaceAll('-', ' '));
      await page.getByText(begins(said['ways.try.done'])).waitFor();
      await inspect(page, `${locale}-tried`);

      const next = await renew(page, said, `${locale}-lock`);
      expect(await waysIn(page, said).allInnerTexts()).toEqual([
        expect.stringContaining(said['vault.way.recovery']),
        expect.stringContaining(said['ways.here']),
      ]);
      await inspect(page, `${locale}-renewed`);
      await tryCode(page, said, code);
      await page.getByText(said['problem.vault.not-opened']).waitFor();
      await tryCode(page, said, next);
      await page.getByText(begins(said['ways.try.done'])).waitFor();
      for (const secret of [...passkeys.prfs.map((prf) => Buffer.from(prf)), Buffer.from(next)]) {
        expect(passkeys.bodies.some((body) => body.includes(secret))).toBe(false);
      }

      // The passkey that was shown opens what was locked anew.
      await unlock(page, said);
      await waysIn(page, said).first().waitFor();
      await page.getByRole('link', { name: said['frame.home'], exact: true }).click();
      await isKept(page, said, 2);
    },
    5 * MINUTE_MS,
  );

  it(
    'is tried by a code only so often before whoever types has to wait, with the right one as well',
    async () => {
      const { page, code } = await enrolled();
      await toSettings(page, es);
      await press(page, es['ways.try']);
      for (let tries = 0; tries < UNLOCK_LIMITS.freeTries; tries += 1) {
        await tryCode(page, es, newRecoveryCode(systemRandom).text);
        await page.getByText(es['problem.vault.not-opened']).waitFor();
      }
      await tryCode(page, es, code);
      await page.getByText(es['problem.unlock.paused']).waitFor();
      expect(await page.getByText(begins(es['ways.try.done'])).count()).toBe(0);
    },
    2 * MINUTE_MS,
  );

  it(
    'asks another browser of the person for the new code, and its passkey opens from then on',
    async () => {
      const first = await enrolled();
      const second = await aBrowser(client, '/#/recover');
      second.page.setDefaultTimeout(MINUTE_MS);
      const paper = await registrars.letBackIn();
      const { personId } = registrars;
      await comeBack(second.page, { paper, personId, code: first.code });
      await isKept(second.page, es, 2);
      await toSettings(second.page, es);
      const code = await renew(second.page, es);

      const { page } = first;
      await toSettings(page, es);
      await page.getByText(es['ways.adopt.text']).waitFor();
      await inspect(page, 'es-locked-anew');
      await page.getByLabel(es['ways.adopt.label'], { exact: true }).fill(code);
      await press(page, es['ways.adopt.act']);
      await waysIn(page, es).first().waitFor();
      expect(await waysIn(page, es).count()).toBe(3);
      await unlock(page, es);
      await waysIn(page, es).first().waitFor();
      await page.getByRole('link', { name: es['frame.home'], exact: true }).click();
      await isKept(page, es, 4);
    },
    5 * MINUTE_MS,
  );
});
