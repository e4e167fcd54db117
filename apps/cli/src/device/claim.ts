import { resolve } from 'node:path';
import { claimDigits, HttpTransport, signClaim } from '@enlace/client';
import { cryptoReady, readInvitation } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText } from '../command-line/option-values.js';
import { askNewPassphrase, askPassphrase } from '../command-line/passphrase.js';
import { Questions } from '../command-line/questions.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { writeNewFiles } from '../files/new-files.js';
import { loadProfile, newKeys, saveProfile, type DeviceProfile } from '../home/device-profile.js';
import { createHome, homeFolderOf, isHome, openHome, type Home } from '../home/home.js';
import { activate } from './activate.js';
import { advanceOrHandOut } from './certificate-by-registrar.js';
import { readPaper, type Paper } from './paper.js';
import { addRecoveryCodes, prepareVault } from './recovery-code.js';

const TEXTS = {
  home: { es: 'esta carpeta', en: 'this home' },
  invitation: { es: 'Invitación, como está en el papel: ', en: 'Invitation, as on the paper: ' },
  claimed: {
    es: [
      'Invitación reclamada. Compare estos dígitos cara a cara con su registrador:',
      '  {digits}',
      'Cuando dos registradores hayan firmado, repita este comando.',
    ].join('\n'),
    en: [
      'The invitation is claimed. Compare these digits face to face with your registrar:',
      '  {digits}',
      'When two registrars have signed, run this command again.',
    ].join('\n'),
  },
  enrolled: {
    es: 'El dispositivo {deviceId} está certificado; la cuenta todavía no empieza ({waiting}). Repita este comando.',
    en: 'The device {deviceId} is certified; the account has not begun yet ({waiting}). Run this command again.',
  },
  active: {
    es: 'La cuenta empezó: este dispositivo ({deviceId}) verificó su propia cadena.',
    en: 'The account has begun: this device ({deviceId}) has verified its own chain.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace device claim`: makes the keys of a person and a first device in a fresh home, claims an invitation with them,
 * and, run again, goes on from where it was: a lost answer, a closed terminal and a server that was down lose nothing.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const questions = new Questions(invocation.terminal);
  try {
    const folder = homeFolderOf(invocation);
    const isNew = !isHome(folder);
    const ask = isNew ? askNewPassphrase : askPassphrase;
    const asked = { option: 'invitation', question: TEXTS.invitation, read: readInvitation };
    const paper = isNew ? await readPaper({ invocation, questions }, asked) : null;
    const passphrase = await passphraseOf(invocation, questions, ask);
    const home =
      paper === null
        ? await openHome(folder, passphrase)
        : await beginHome(folder, passphrase, paper);
    try {
      const profile = await loadProfile(home.store);
      if (profile === null) throw new CliError('home.unfinished', { folder });
      writeClaim(invocation, profile);
      const transport = new HttpTransport(profile.server);
      const reached = await advanceOrHandOut(invocation, { store: home.store, profile }, transport);
      if (reached === null) return EXIT.reservations;
      const { step, deviceCert, personId } = reached;
      if (personId !== null) {
        await prepareVault(invocation, questions, { store: home.store, personId, passphrase });
      }
      if (step !== 'enrolled' || deviceCert === null || personId === null) {
        return tell(invocation, reached);
      }
      // Certified; the account begins once the own chain is verified in a directory that witnesses have seen.
      const { store } = home;
      const enrolled = { store, profile: { ...reached, deviceCert } };
      const waiting = await activate(enrolled, async (keys, missing) =>
        addRecoveryCodes(invocation, questions, { store, personId, keys, missing }),
      );
      return tell(invocation, waiting === null ? { ...reached, step: 'active' } : reached, waiting);
    } finally {
      home.close();
    }
  } finally {
    questions.close();
  }
}

/** Keys are kept before they are used. */
async function beginHome(folder: string, passphrase: string, paper: Paper): Promise<Home> {
  const home = await createHome(folder, passphrase);
  const unclaimed = { step: 'made', personId: null, deviceCert: null } as const;
  const profile = { ...paper, ...unclaimed, keys: newKeys() };
  await saveProfile(home.store, profile).catch((error: unknown) => {
    home.close();
    throw error;
  });
  return home;
}

/** For whoever founds the own State: nobody of it can read the claim from the server yet. It holds no code. */
function writeClaim({ options }: Invocation, { invitation, keys }: DeviceProfile): void {
  const out = findText(options, 'claim-out');
  if (out === null) return;
  const text = `${signClaim(readInvitation(invitation), keys)}\n`;
  writeNewFiles([{ path: resolve(out), text, isSecret: false }]);
}

function tell(
  { terminal, json, language }: Invocation,
  { step, keys }: DeviceProfile,
  waiting: string | null = null,
): number {
  const told = { deviceId: keys.deviceId, digits: claimDigits(keys) };
  const template = step === 'enrolled' || step === 'active' ? TEXTS[step] : TEXTS.claimed;
  writeLine(
    terminal.output,
    json
      ? JSON.stringify({ event: step, ...told, ...(waiting === null ? {} : { waiting }) })
      : fillText(template[language], { ...told, waiting: waiting ?? '' }),
  );
  return EXIT.done;
}

async function passphraseOf(
  { terminal, language }: Invocation,
  questions: Questions,
  ask: typeof askPassphrase,
): Promise<string> {
  const { environment } = terminal;
  const variable = 'ENLACE_PASSPHRASE';
  return ask({ what: TEXTS.home, variable, environment, language, questions });
}
