import { cryptoReady } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { askNewPassphrase, askPassphrase } from '../../command-line/passphrase.js';
import { Questions } from '../../command-line/questions.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import {
  isEnrolled,
  isReturning,
  loadProfile,
  type DeviceProfile,
} from '../../home/device-profile.js';
import type { EnrolledHome } from '../../home/enrolled-home.js';
import { createHome, homeFolderOf, isHome, openHome } from '../../home/home.js';
import { activateSoon } from '../activate.js';
import { offerRevocation } from './offer-revocation.js';
import { readReturn } from './read-return.js';
import { comeBack, type CertifiedProfile } from './return.js';

const TEXTS = {
  home: { es: 'esta carpeta', en: 'this home' },
  recovered: {
    es: 'El dispositivo {deviceId} está certificado con la llave de la bóveda, y verificó su propia cadena.',
    en: 'The device {deviceId} is certified with the key from the vault, and has verified its own chain.',
  },
  certified: {
    es: 'El dispositivo {deviceId} está certificado; todavía no lo ven los demás ({waiting}). Repita este comando.',
    en: 'The device {deviceId} is certified; others do not see it yet ({waiting}). Run this command again.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace device recover`: no device, a wrap left. A code of two registrars opens a session that may fetch the vault;
 * the recovery code or the passphrase opens the vault; the key of the person in it certifies this device. The server
 * and the registrars start this and cannot finish it. Run again, in the same home, it goes on from where it was; with a
 * code that was spent it takes another one. Ends with 1 while the device does not see itself as everybody must see it.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, language } = invocation;
  const questions = new Questions(terminal);
  try {
    const folder = homeFolderOf(invocation);
    const isNew = !isHome(folder);
    // Everything that can be wrong with the input is found before a home is made.
    const first = isNew ? await readReturn(invocation, questions) : null;
    const { environment } = terminal;
    const ask = isNew ? askNewPassphrase : askPassphrase;
    const variable = 'ENLACE_PASSPHRASE';
    const passphrase = await ask({ what: TEXTS.home, variable, environment, language, questions });
    const home = await (isNew ? createHome : openHome)(folder, passphrase);
    const { store } = home;
    try {
      const kept = await loadProfile(store);
      if (kept !== null && !isReturning(kept)) throw new CliError('file.exists', { file: folder });
      const profile =
        certifiedIn(kept, invocation) ??
        (await comeBack(store, kept, first ?? (await readReturn(invocation, questions))));
      return await conclude(invocation, questions, { store, profile });
    } finally {
      home.close();
    }
  } finally {
    questions.close();
  }
}

/**
 * A certificate whose answer was lost has arrived, or not: signing in tells. Whoever brings another code thinks that it
 * has not.
 */
function certifiedIn(kept: DeviceProfile | null, { options }: Invocation): CertifiedProfile | null {
  const deviceCert = kept?.deviceCert ?? null;
  if (kept === null || deviceCert === null) return null;
  return isEnrolled(kept) || !options.has('reentry') ? { ...kept, deviceCert } : null;
}

/** The own chain, seen with the own eyes, before anything else is done with the device. */
async function conclude(
  invocation: Invocation,
  questions: Questions,
  home: EnrolledHome,
): Promise<number> {
  const waiting = await activateSoon(home);
  if (waiting === null) await offerRevocation(invocation, questions, home);
  const { terminal, language, json } = invocation;
  const { deviceId } = home.profile.keys;
  const event = waiting === null ? 'recovered' : 'certified';
  const told = { deviceId, ...(waiting === null ? {} : { waiting }) };
  writeLine(
    terminal.output,
    json ? JSON.stringify({ event, ...told }) : fillText(TEXTS[event][language], told),
  );
  return waiting === null ? EXIT.done : EXIT.reservations;
}
