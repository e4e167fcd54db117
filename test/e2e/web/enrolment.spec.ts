import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { plantSession } from '@enlace/testing';
import type { Page } from 'playwright-core';

import { findScreenFaults } from '../../support/axe.js';
import { useClientOf, WEB_ROOT } from '../../support/browser.js';
import {
  BrowserCeremony,
  startCeremonyServer,
  VirtualPasskeys,
} from '../../support/passkeys/browser-ceremony.js';
import {
  readKeptSecrets,
  recordAnswers,
  spellingsOf,
} from '../../support/passkeys/worker-answers.js';

/** A server of its own for each story: they come from one address, which may claim only so often. */
const useCeremonies = () => useClientOf(async () => startCeremonyServer(WEB_ROOT));
const ARTIFACTS = join(import.meta.dirname, '../../../artifacts/web/enrolment');

const WORDS = {
  es: {
    check: 'Comprobar la invitación',
    paper: 'Texto de la invitación, como está en el papel',
    main: 'Crear la llave de acceso',
    spare: 'Crear la llave de repuesto',
    phrase: 'Su frase de contraseña',
    usePhrase: 'Usar esta frase',
    show: 'Mostrar el código',
    kept: 'Ya lo tengo en papel',
    code: 'Escriba el código desde el papel',
    checkCode: 'Comprobar el código',
    ask: 'Preguntar si ya firmaron',
    done: 'Ir a la entrada',
    enter: 'Entrar con su llave de acceso',
    home: 'Inicio',
    sessions: 'Mis sesiones',
    again: 'Volver a consultar',
    end: 'Cerrar esta sesión',
    only: 'No hay ninguna otra sesión abierta.',
    open: 'Abierta en esta página.',
    group: 'Revise el grupo',
  },
  en: {
    check: 'Check the invitation',
    paper: 'Text of the invitation, as on the paper',
    main: 'Create the passkey',
    spare: 'Create the spare passkey',
    phrase: 'Your passphrase',
    usePhrase: 'Use this passphrase',
    show: 'Show the code',
    kept: 'I have it on paper',
    code: 'Type the code from the paper',
    checkCode: 'Check the code',
    ask: 'Ask whether they have signed',
    done: 'Go to sign-in',
    enter: 'Sign in with your passkey',
    home: 'Home',
    sessions: 'My sessions',
    again: 'Ask again',
    end: 'End this session',
    only: 'No other session is open.',
    open: 'Open in this page.',
    group: 'Check group',
  },
} as const;

type Words = (typeof WORDS)[keyof typeof WORDS];

/** Each screen of the way: no violation, light and dark, wide and narrow; a picture of each is kept. */
async function inspect(page: Page, name: string): Promise<void> {
  expect([name, await findScreenFaults(page, join(ARTIFACTS, name))]).toEqual([name, []]);
}

/** A session of the same person on another device. */
async function plantOther(
  { database, aheadMs }: Awaited<ReturnType<typeof startCeremonyServer>>,
  personId: string,
): Promise<void> {
  const { deviceId } = await plantSession(database, { state: 'CR', personId });
  await database.asAdmin(
    `UPDATE app.sessions SET ends_at = ends_at + $2 * interval '1 ms', idle_until = idle_until + $2 * interval '1 ms'
      WHERE device_id = $1`,
    [deviceId, aheadMs],
  );
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
}

async function claimWithTwoPasskeys(page: Page, words: Words, passkeys: VirtualPasskeys) {
  await press(page, words.main);
  await page.getByRole('button', { name: words.spare }).waitFor();
  await passkeys.plug();
  await press(page, words.spare);
}

async function takeKit(page: Page, words: Words): Promise<string> {
  await press(page, words.show);
  const code = await page.getByTestId('recovery-code').innerText();
  await press(page, words.kept);
  return code;
}

async function typeCode(page: Page, words: Words, code: string): Promise<void> {
  await page.getByLabel(words.code).fill(code);
  await press(page, words.checkCode);
}

describe.each(['es', 'en'] as const)('an invited person at a browser (%s)', (locale) => {
  const client = useCeremonies();

  const words = WORDS[locale];

  it('is enrolled by two registrars, signs in with a passkey, locks and leaves', async () => {
    const ceremony = new BrowserCeremony(
      client.server(),
      locale === 'es' ? 'cr-rosa' : 'cr-esteban',
    );
    const paper = await ceremony.invite();
    let passkeys: VirtualPasskeys | undefined;
    let answers: readonly string[] = [];
    const { page } = await client.openPage('/#/enrol', {
      locale,
      prepare: async ({ page: prepared }) => {
        answers = await recordAnswers(prepared);
        passkeys = await VirtualPasskeys.on(prepared, { hasPrf: true });
        await ceremony.watch(prepared);
      },
    });
    if (!passkeys) throw new Error('no authenticator');
    const picture = (name: string) => inspect(page, `${locale}-${name}`);

    await page.getByLabel(words.paper).fill('enlace-invite:1:CR:no');
    await picture('1-invitation');
    await press(page, words.check);
    await page.getByText('invitation.malformed').waitFor();
    await page
      .getByLabel(words.paper)
      .fill(paper.toLowerCase().replaceAll('-', ' ').replace('enlace invite', 'enlace-invite'));
    await press(page, words.check);
    await page.getByRole('button', { name: words.main }).waitFor();
    await picture('2-passkey');
    await page.reload();
    await claimWithTwoPasskeys(page, words, passkeys);

    await page.getByRole('button', { name: words.show }).waitFor();
    await picture('3-kit');
    const first = await takeKit(page, words);
    await typeCode(page, words, `${first.startsWith('A') ? 'B' : 'A'}${first.slice(1)}`);
    await page.getByText(words.group).waitFor();
    await picture('4-wrong-code');
    await typeCode(page, words, first.toLowerCase().replaceAll('-', ' '));
    const digits = await page.getByTestId('claim-digits').innerText();
    expect(digits.replaceAll(/\s/g, '')).toMatch(/^\d{60}$/);
    await picture('5-digits');
    const secrets = await readKeptSecrets(page);
    await press(page, words.ask);
    await page.reload();
    expect(await page.getByTestId('claim-digits').innerText()).toBe(digits);
    await ceremony.certify();
    await press(page, words.ask);
    await page.getByRole('link', { name: words.done }).click();

    await press(page, words.enter);
    await page.getByRole('heading', { level: 1, name: words.home }).waitFor();
    await page.getByText(words.open).waitFor();
    await picture('6-home');
    await page.getByRole('navigation').getByRole('link').nth(1).click();
    await page.getByRole('heading', { level: 1, name: words.sessions }).waitFor();
    await page.getByText(ceremony.claim.deviceId).waitFor();
    await picture('7-sessions');
    expect(await page.getByRole('listitem').count()).toBe(1);
    await plantOther(client.server(), ceremony.invitee.personId);
    await press(page, words.again);
    await press(page, words.end);
    await page.getByText(words.only).waitFor();
    expect(await page.getByRole('listitem').count()).toBe(1);

    await page.keyboard.press('Alt+L');
    const unlock = page.getByRole('button', { name: /Desbloquear|Unlock/ });
    await unlock.waitFor();
    expect(page.workers()).toEqual([]);
    expect(await page.locator('body').innerText()).not.toContain(ceremony.claim.deviceId);
    await picture('8-locked');
    await unlock.click();
    await page.getByText(ceremony.claim.deviceId).waitFor();
    await page.getByRole('button', { name: /^(Salir|Sign out)$/ }).click();
    await page.getByRole('button', { name: words.enter }).waitFor();
    expect(await page.context().cookies()).toEqual([]);

    // Nothing that crossed a border holds a secret: neither a request to the server nor an answer of the worker.
    expect(secrets.length).toBe(4);
    expect(answers.length).toBeGreaterThan(12);
    expect(passkeys.prfs.length).toBeGreaterThan(2);
    for (const spelling of [...secrets, ...passkeys.prfs].flatMap(spellingsOf)) {
      expect(answers.some((answer) => answer.includes(spelling))).toBe(false);
      expect(passkeys.bodies.some((body) => body.includes(spelling))).toBe(false);
    }
    for (const secret of [...secrets, ...passkeys.prfs]) {
      expect(passkeys.bodies.some((body) => body.includes(Buffer.from(secret)))).toBe(false);
    }
  }, 90_000);
});

describe('an invited person whose passkeys open no vault', () => {
  const client = useCeremonies();

  it('is asked for a passphrase before any digits are shown, and opens the vault with it', async () => {
    const words = WORDS.es;
    const ceremony = new BrowserCeremony(client.server(), 'cr-lucia');
    const paper = await ceremony.invite();
    let passkeys: VirtualPasskeys | undefined;
    const { page } = await client.openPage('/#/enrol', {
      prepare: async ({ page: prepared }) => {
        passkeys = await VirtualPasskeys.on(prepared, { hasPrf: false });
        await ceremony.watch(prepared);
      },
    });
    if (!passkeys) throw new Error('no authenticator');
    await page.getByLabel(words.paper).fill(paper);
    await press(page, words.check);
    await claimWithTwoPasskeys(page, words, passkeys);
    await page.getByLabel(words.phrase).fill('demasiado');
    await press(page, words.usePhrase);
    await page.getByText('vault.passphrase-short').waitFor();
    await inspect(page, 'es-passphrase');
    await page.getByLabel(words.phrase).fill('cinco caballos grises');
    await press(page, words.usePhrase);
    await typeCode(page, words, await takeKit(page, words));
    await page.getByTestId('claim-digits').waitFor();
    await ceremony.certify();
    await press(page, words.ask);
    await page.getByRole('link', { name: words.done }).click();
    await press(page, words.enter);
    await page.getByLabel('Con su frase de contraseña').fill('cinco caballos grises');
    await inspect(page, 'es-vault-closed');
    await press(page, 'Abrir con la frase');
    await page.getByText(words.open).waitFor();
    expect(passkeys.prfs).toEqual([]);
  }, 90_000);
});

describe('an invitation', () => {
  const client = useCeremonies();

  it('is refused when the paper names other roots of trust than the server hands out', async () => {
    const paper = await new BrowserCeremony(client.server(), 'cr-ines').invite();
    const { page } = await client.openPage('/#/enrol', {
      prepare: async ({ page: prepared }) => {
        await prepared.context().route('**/trust-store.json', async (route) => {
          const text = await (await route.fetch()).text();
          await route.fulfill({ body: text.replace('"v":1', '"v":1 ') });
        });
      },
    });
    await page.getByLabel(WORDS.es.paper).fill(paper);
    await press(page, WORDS.es.check);
    await page.getByText('trust.not-as-printed').waitFor();
    await inspect(page, 'es-not-as-printed');
    expect(await page.getByRole('button', { name: WORDS.es.main }).count()).toBe(0);
  });
});
