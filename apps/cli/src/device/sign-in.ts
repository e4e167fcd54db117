import { HttpTransport, type Session } from '@enlace/client';
import { isDomainError } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { isBroken, tellBroken } from '../audit/receipts.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome, type EnrolledHome } from '../home/enrolled-home.js';
import { homeFolderOf } from '../home/home.js';
import type { DeviceNews } from '../home/known-devices.js';
import { checkReceipts, statementsOf } from '../home/own-record.js';
import { openKeptSession, openNewSession } from '../home/signed-in.js';
import { tellNewDevices } from './review-devices.js';
import { reviewVault, type Review } from './review-vault.js';

const TEXTS = {
  done: { es: 'Sesión abierta hasta {endsAt}.', en: 'Signed in until {endsAt}.' },
  setBack: {
    es: 'Atención: el servidor ha visto actos de este dispositivo que esta carpeta no conoce.',
    en: 'Attention: the server has seen acts of this device that this home does not know of.',
  },
  unasked: {
    es: 'Atención: no se pudo comprobar si el servidor cumplió sus recibos ({problem}).',
    en: 'Attention: whether the server kept its promises could not be asked ({problem}).',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace device sign-in`: opens a session with the key of the device, and keeps it sealed in the home. Ends with 1
 * when the home was set back (a restored disk, or somebody else uses a copy of it), and when it could not be asked
 * about its receipts or its vault, with 2 when the server broke a promise or shows an older vault.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withEnrolledHome(invocation, async (home) => {
    const transport = new HttpTransport(home.profile.server);
    const { session, wasSetBack } = await openNewSession(home, transport);
    const { sessionId, endsAt } = session;
    const { reviews, deviceNews } = await reviewAll(home, transport, invocation);
    if (wasSetBack) writeLine(terminal.errors, TEXTS.setBack[language]);
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'signed-in', sessionId, endsAt, wasSetBack, deviceNews })
        : fillText(TEXTS.done[language], { endsAt }),
    );
    if (reviews.includes('broken')) return EXIT.alert;
    return wasSetBack || reviews.includes('unknown') ? EXIT.reservations : EXIT.done;
  });
}

/** A sign-in stands whatever becomes of it; what could not be asked or said waits for the next one. */
async function reviewAll(
  home: EnrolledHome,
  transport: HttpTransport,
  invocation: Invocation,
): Promise<{ readonly reviews: readonly Review[]; readonly deviceNews: readonly DeviceNews[] }> {
  const { session } = await openKeptSession(home, transport);
  const vault = await reviewVault(home, session, invocation);
  // The vault was looked at with the newest directory that the server gave out.
  const deviceNews = await tellNewDevices(home, invocation);
  return { reviews: [vault, await reviewRecord(home, session, invocation)], deviceNews };
}

/** Asks whether the server kept its promises to this home, and says what the device has to say. */
async function reviewRecord(
  home: EnrolledHome,
  session: Session,
  invocation: Invocation,
): Promise<Review> {
  const { terminal, language } = invocation;
  try {
    const report = await checkReceipts(home, session, homeFolderOf(invocation));
    tellBroken(report, invocation);
    await statementsOf(home).send(session);
    return isBroken(report) ? 'broken' : 'sound';
  } catch (error) {
    if (!isDomainError(error)) throw error;
    writeLine(terminal.errors, fillText(TEXTS.unasked[language], { problem: error.code }));
    return 'unknown';
  }
}
