import { setTimeout as pause } from 'node:timers/promises';
import { HttpTransport, NewDeviceLink, type LinkStanding } from '@enlace/client';
import {
  equalBytes,
  isDomainError,
  parseId,
  systemClock,
  systemRandom,
  type PersonId,
} from '@enlace/kernel';
import { cryptoReady, formatFingerprint, trustStoreFingerprint } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { askNewPassphrase, askPassphrase } from '../../command-line/passphrase.js';
import { Questions } from '../../command-line/questions.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import {
  isLinked,
  linkedText,
  newKeys,
  saveProfile,
  type DeviceProfile,
} from '../../home/device-profile.js';
import type { EnrolledHome } from '../../home/enrolled-home.js';
import { createHome, homeFolderOf, isHome, openHome } from '../../home/home.js';
import { saveVaultKeys } from '../../home/kept-vault.js';
import { activateSoon } from '../activate.js';
import { expectedPerson, loadOrMake, readServer } from './new-home.js';
import { openByVault } from './open-by-vault.js';

const POLL_MS = 1_000;

const TEXTS = {
  home: { es: 'esta carpeta', en: 'this home' },
  offered: {
    es: [
      'Escriba o pegue esto en «enlace device approve», en un dispositivo suyo, antes de diez minutos:',
      '  {request}',
    ].join('\n'),
    en: [
      'Type or paste this at "enlace device approve", on a device of yours, within ten minutes:',
      '  {request}',
    ].join('\n'),
  },
  digits: {
    es: 'Los seis dígitos, para el otro dispositivo: {digits}',
    en: 'The six digits, for the other device: {digits}',
  },
  words: {
    es: [
      'Un dispositivo de {personId} ({state}) aprobó este, que será uno de esa persona.',
      '¿Tecleó usted {digits} en el suyo, y lo aceptó? (sí/no) ',
    ].join('\n'),
    en: [
      'A device of {personId} ({state}) has approved this one, which will be one of that person.',
      'Did you type {digits} at yours, and did it take them? (yes/no) ',
    ].join('\n'),
  },
  added: {
    es: 'El dispositivo {deviceId} está certificado, abrió la bóveda y verificó su propia cadena.',
    en: 'The device {deviceId} is certified, has opened the vault and verified its own chain.',
  },
  certified: {
    es: 'El dispositivo {deviceId} está certificado; todavía no lo ven los demás ({waiting}). Repita este comando.',
    en: 'The device {deviceId} is certified; others do not see it yet ({waiting}). Run this command again.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace device add`: a further device of somebody who has one at hand. It shows a text for `enlace device approve`
 * there, then six digits; that device certifies this one with the key of the person and hands over the way into the
 * vault. Run again, in the same home, it goes on from where it was.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, language } = invocation;
  const questions = new Questions(terminal);
  try {
    const folder = homeFolderOf(invocation);
    const isNew = !isHome(folder);
    // Everything that can be wrong with the input is found before a home is made.
    const expected = expectedPerson(invocation);
    const server = isNew ? readServer(invocation) : null;
    const { environment } = terminal;
    const ask = isNew ? askNewPassphrase : askPassphrase;
    const variable = 'ENLACE_PASSPHRASE';
    const passphrase = await ask({ what: TEXTS.home, variable, environment, language, questions });
    const home = await (isNew ? createHome : openHome)(folder, passphrase);
    const { store } = home;
    try {
      const made = await loadOrMake(store, server ?? (() => readServer(invocation)), folder);
      const profile = isLinked(made)
        ? made
        : await link(invocation, questions, { store, profile: made, expected });
      return tell(invocation, profile, await conclude(store, profile));
    } finally {
      home.close();
    }
  } finally {
    questions.close();
  }
}

/** A home that is nobody's yet; `expected` is whose it may become, `null` where its person is asked. */
interface LinkingHome {
  readonly store: EnrolledHome['store'];
  readonly profile: DeviceProfile;
  readonly expected: PersonId | null;
}

/** Shows what there is to show, and keeps what was handed over before anything is done with it. */
async function link(
  invocation: Invocation,
  questions: Questions,
  { store, profile, expected }: LinkingHome,
): Promise<DeviceProfile> {
  const transport = new HttpTransport(profile.server);
  const { keys } = profile;
  const ports = { transport, keys, clock: systemClock, random: systemRandom };
  const device = await NewDeviceLink.offer(ports);
  say(invocation, 'offered', { request: device.text });
  const { acceptance, handedOver, digits } = await untilLinked(device, (shown) =>
    say(invocation, 'digits', { digits: shown }),
  );
  const { personId, state } = acceptance;
  const question = fillText(TEXTS.words[invocation.language], { personId, state, digits });
  // Whoever saw the text may have taken it up before: what was handed over would make this a device of somebody else.
  const isExpected = expected === null || personId === expected;
  const isOwn =
    isExpected && (invocation.options.has('yes') || (await questions.confirm(question)));
  if (!isOwn) {
    // Somebody may have certified these keys as theirs: the own device would refuse them.
    await saveProfile(store, { ...profile, keys: newKeys() });
    throw new CliError('link.not-confirmed');
  }
  assertSameTrust(profile.trustStore, handedOver.trustStoreFingerprint);
  const { deviceCert, rootKey } = handedOver;
  const linked = {
    ...profile,
    invitation: linkedText(acceptance),
    personId: parseId<PersonId>(personId),
    deviceCert,
    step: 'claimed',
  } as const;
  await saveVaultKeys(store, { rootKey, wraps: [] });
  await saveProfile(store, linked);
  return linked;
}

async function untilLinked(
  device: NewDeviceLink,
  show: (digits: string) => void,
): Promise<Extract<LinkStanding, { kind: 'linked' }>> {
  let shown: string | null = null;
  try {
    for (;;) {
      const standing = await device.poll();
      if (standing.kind !== 'waiting' && shown === null) {
        shown = standing.digits;
        show(shown);
      }
      if (standing.kind === 'linked') return standing;
      await pause(POLL_MS);
    }
  } catch (error) {
    if (isDomainError(error, 'device-link.not-found')) throw new CliError('link.over');
    throw error;
  }
}

/** The other device says which trust store is the right one; one that somebody else handed out is found here. */
function assertSameTrust(trustStore: string, expected: Uint8Array): void {
  const found = trustStoreFingerprint(trustStore);
  if (equalBytes(found, expected)) return;
  const facts = { file: '--trust', found: formatFingerprint(found) };
  throw new CliError('trust.not-as-printed', facts, { exitCode: EXIT.alert });
}

async function conclude(
  store: EnrolledHome['store'],
  profile: DeviceProfile,
): Promise<string | null> {
  const opened = await openByVault(store, profile);
  return opened === null ? 'session-refused' : activateSoon(opened);
}

function tell(
  invocation: Invocation,
  { keys: { deviceId } }: DeviceProfile,
  waiting: string | null,
): number {
  if (waiting === null) say(invocation, 'added', { deviceId });
  else say(invocation, 'certified', { deviceId, waiting });
  return waiting === null ? EXIT.done : EXIT.reservations;
}

function say(
  { terminal, json, language }: Invocation,
  event: Exclude<keyof typeof TEXTS, 'home' | 'words'>,
  told: Readonly<Record<string, string>>,
): void {
  writeLine(
    terminal.output,
    json ? JSON.stringify({ event, ...told }) : fillText(TEXTS[event][language], told),
  );
}
