import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';

import { findScreenFaults } from '../../support/axe.js';
import { useClientOf, WEB_ROOT, type Client, type OpenedPage } from '../../support/browser.js';
import { VirtualPasskeys } from '../../support/passkeys/browser-ceremony.js';
import { enrolInPage } from '../../support/passkeys/enrol-in-page.js';
import {
  FoundingCeremony,
  KEY_PASSPHRASE,
  startRegistryServer,
} from '../../support/passkeys/registry-stage.js';
import { WORDS, type Words } from '../../support/passkeys/registry-words.js';

const ARTIFACTS = join(import.meta.dirname, '../../../artifacts/web/registry');
const MINUTES_MS = 60_000;
/** How often a dialog is opened and left by the keyboard: what is lost now and then shows itself. */
const TURNS = 12;
const INVITEE = 'María José Ñúñez Brenes';

async function inspect(page: Page, name: string): Promise<void> {
  expect([name, await findScreenFaults(page, join(ARTIFACTS, name))]).toEqual([name, []]);
}

async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

interface Seated extends OpenedPage {
  readonly passkeys: VirtualPasskeys;
}

let seats = 0;

/** A page with an authenticator and an address of its own: one address may claim only so often. */
async function seat(client: Client, locale: string): Promise<Seated> {
  let passkeys: VirtualPasskeys | undefined;
  const opened = await client.openPage('/#/enrol', {
    locale,
    extraHTTPHeaders: { 'x-forwarded-for': `10.4.0.${(seats += 1)}` },
    prepare: async ({ page }) => {
      passkeys = await VirtualPasskeys.on(page, { hasPrf: true });
    },
  });
  if (!passkeys) throw new Error('no authenticator');
  return { ...opened, passkeys };
}

async function makePasskeys({ page, passkeys }: Seated, words: Words): Promise<void> {
  await press(page, words.main);
  await page.getByRole('button', { name: words.spare }).waitFor();
  await passkeys.plug();
  await press(page, words.spare);
}

/** Types the paper and makes both passkeys; the claim goes out with the second one. */
async function claim(person: Seated, words: Words, paper: string): Promise<void> {
  await person.page.getByLabel(words.typed).fill(paper);
  await press(person.page, words.check);
  await makePasskeys(person, words);
}

async function openKey(page: Page, words: Words, file: string): Promise<void> {
  await page
    .getByLabel(words.keyFile)
    .setInputFiles({ name: 'registrar.json', mimeType: '', buffer: Buffer.from(file) });
  await page.getByLabel(words.keyPhrase).fill(KEY_PASSPHRASE);
  await press(page, words.openKey);
  await page.getByText(words.keyIsOpen).waitFor({ timeout: 30_000 });
}

describe.each(['es', 'en'] as const)(
  'two registrars and a person at three browsers (%s)',
  (locale) => {
    const client = useClientOf(async () => startRegistryServer(WEB_ROOT));
    const words = WORDS[locale];

    const registrarAt = async (founding: FoundingCeremony): Promise<Seated> => {
      const seated = await seat(client, 'es');
      founding.watch(seated.page);
      await enrolInPage(seated.page, founding, seated.passkeys);
      return seated;
    };

    const atWork = async ({ page }: Seated, keyFile: string): Promise<void> => {
      await page.getByRole('radio', { name: words.language, exact: true }).click();
      await page.getByText(words.vouched).waitFor({ timeout: MINUTES_MS });
      await page.getByRole('link', { name: words.people, exact: true }).click();
      await page.getByRole('heading', { level: 1, name: words.title }).waitFor();
      await openKey(page, words, keyFile);
    };

    it('invite, approve, claim, compare, certify, activate, and take out while looking', async () => {
      const founders = [
        new FoundingCeremony(client.server(), 0, 'Ana Castro Lobo'),
        new FoundingCeremony(client.server(), 1, 'Luis Mora Solano'),
      ] as const;
      // Sealing takes the whole of this process for seconds; nobody is signed in yet who would be told to wait.
      const keyFiles = [founders[0].keyFile, founders[1].keyFile] as const;
      const one = await registrarAt(founders[0]);
      const two = await registrarAt(founders[1]);
      await atWork(one, keyFiles[0]);
      await atWork(two, keyFiles[1]);
      const picture = async (page: Page, name: string) => inspect(page, `${locale}-${name}`);

      // The first registrar proposes; what is missing is said, and what will be signed is read first.
      const { page: ana } = one;
      await press(ana, words.review);
      await ana.getByText(words.missing).waitFor();
      await ana.getByLabel(words.name).fill(INVITEE);
      await ana.getByLabel(words.titleEs).fill('Fiscal auxiliar');
      await ana.getByLabel(words.titleEn).fill('Assistant prosecutor');
      await ana.getByLabel(words.office).selectOption({ label: words.officeName });
      await ana.getByLabel(words.role, { exact: true }).check();
      await picture(ana, '1-invite');
      await press(ana, words.review);
      await ana.getByRole('dialog').getByText(INVITEE).waitFor();
      await picture(ana, '2-what-is-signed');
      await press(ana, words.sign);
      const paper = await ana.getByTestId('invitation-paper').innerText();
      await picture(ana, '3-paper');
      await press(ana, words.kept);
      await ana.getByText(words.own).waitFor();
      expect(await ana.locator('body').innerText()).not.toContain(paper);
      // One registrar alone gets no further: there is no act to approve the own proposal.
      expect(await ana.getByRole('button', { name: words.approveOpen }).count()).toBe(0);

      // Before the second registrar has approved, the paper is of no use.
      const person = await seat(client, locale);
      person.watch.provoke(/^answered 401: .*\/claim$/, /^answered 401: .*\/claim\/status$/);
      await claim(person, words, paper);
      await person.page.getByText('invitation.refused').waitFor();
      await picture(person.page, '4-too-early');

      // The second registrar reads it in words and approves, by the keyboard alone.
      const { page: luis } = two;
      await press(luis, words.readAgain);
      await luis.getByText(words.proposed).waitFor();
      await picture(luis, '5-to-approve');
      await luis.getByRole('button', { name: words.approveOpen }).focus();
      const focused = async () => luis.evaluate(() => document.activeElement?.textContent);
      for (let turn = 0; turn < TURNS; turn += 1) {
        await luis.keyboard.press('Enter');
        await luis.getByRole('dialog').getByText(INVITEE).waitFor({ timeout: 5_000 });
        expect(await focused()).toBe(words.approveTitle);
        await luis.keyboard.press('Escape');
        await luis.getByRole('dialog').waitFor({ state: 'detached' });
        expect(await focused()).toBe(words.approve);
      }
      await luis.keyboard.press('Enter');
      await luis.getByRole('dialog').getByText(INVITEE).waitFor();
      await picture(luis, '6-approve');
      await luis.getByRole('dialog').getByRole('button').first().focus();
      await luis.keyboard.press('Enter');
      await luis.getByText(words.approved).waitFor();
      // The button that opened the dialog is gone with its act: the focus is not.
      expect(await focused()).toBe(words.title);

      // The person claims, and reads sixty digits; others do not pass, and one signature is not enough.
      await press(person.page, words.remake);
      await makePasskeys(person, words);
      await press(person.page, words.show);
      const code = await person.page.getByTestId('recovery-code').innerText();
      await press(person.page, words.kept);
      await person.page.getByLabel(words.code).fill(code);
      await press(person.page, words.checkCode);
      const digits = await person.page.getByTestId('claim-digits').innerText();
      await press(ana, words.readAgain);
      await press(ana, words.certifyOpen);
      await ana
        .getByLabel(words.digits)
        .fill(`${digits.startsWith('1') ? '2' : '1'}${digits.slice(1)}`);
      await press(ana, words.certify);
      await ana.getByText(words.digitsDiffer).waitFor();
      await picture(ana, '7-digits-differ');
      await ana.getByLabel(words.digits).fill(digits);
      await press(ana, words.certify);
      await ana.getByText(words.certifiedOwn).waitFor();
      expect(await ana.getByRole('button', { name: words.certifyOpen }).count()).toBe(0);
      await press(person.page, words.ask);
      await person.page.waitForTimeout(1_000);
      expect(await person.page.getByTestId('claim-digits').innerText()).toBe(digits);
      await press(luis, words.readAgain);
      await luis.getByText(words.certifiedByOther).waitFor();
      await press(luis, words.certifyOpen);
      await luis.getByLabel(words.digits).fill(digits);
      await press(luis, words.certify);
      await luis.getByText(words.certifiedByTwo).waitFor();

      // The person's browser verifies its own chain, and says who vouches.
      await press(person.page, words.ask);
      await person.page.getByRole('link', { name: words.done }).click();
      await press(person.page, words.enter);
      await person.page.getByText(words.vouched).waitFor({ timeout: MINUTES_MS });
      const home = await person.page.getByRole('main').innerText();
      for (const told of [INVITEE, 'Ana Castro Lobo', 'Luis Mora Solano', words.stateName]) {
        expect(home).toContain(told);
      }
      await picture(person.page, '8-vouched-for');
      expect(await person.page.getByRole('link', { name: words.people, exact: true }).count()).toBe(
        0,
      );

      // The code was used: nobody gets anywhere with a copy of the paper.
      const thief = await seat(client, locale);
      thief.watch.provoke(/^answered 401: .*\/claim$/, /^answered 401: .*\/claim\/status$/);
      await claim(thief, words, paper);
      await thief.page.getByText('invitation.refused').waitFor();

      // A registrar suspends the person, who is out while looking, without a touch, and stays out.
      await press(ana, words.readAgain);
      await ana.getByText(words.active).first().waitFor();
      await press(ana, words.revokeOpen);
      await picture(ana, '9-revoke');
      person.watch.provoke(/^answered 401: /);
      await press(ana, words.revoke);
      await person.page.getByRole('heading', { level: 1, name: words.locked }).waitFor();
      expect(person.page.workers()).toEqual([]);
      await press(person.page, words.unlock);
      await person.page.getByText('session.refused').waitFor();
      await picture(person.page, '10-out');
      await ana.getByText(words.takenAway).waitFor();
    }, 300_000);
  },
);
