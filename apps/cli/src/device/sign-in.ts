import { HttpTransport } from '@enlace/client';
import { isDomainError } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome, type EnrolledHome } from '../home/enrolled-home.js';
import { statementsOf } from '../home/own-record.js';
import { openKeptSession, openNewSession } from '../home/signed-in.js';

const TEXTS = {
  done: { es: 'Sesión abierta hasta {endsAt}.', en: 'Signed in until {endsAt}.' },
  setBack: {
    es: 'Atención: el servidor ha visto actos de este dispositivo que esta carpeta no conoce.',
    en: 'Attention: the server has seen acts of this device that this home does not know of.',
  },
  unsaid: {
    es: 'Atención: {count} declaraciones de este dispositivo esperan; el servidor no las tomó ({problem}).',
    en: 'Attention: {count} statements of this device wait; the server did not take them ({problem}).',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace device sign-in`: opens a session with the key of the device, and keeps it sealed in the home. Ends with 1
 * when the home was set back (a restored disk, or somebody else uses a copy of it), and
 * when the server does not take what the device has to say.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withEnrolledHome(invocation, async (home) => {
    const transport = new HttpTransport(home.profile.server);
    const { session, wasSetBack } = await openNewSession(home, transport);
    const { sessionId, endsAt } = session;
    const isSaid = await sayWhatWaits(home, transport, invocation);
    if (wasSetBack) writeLine(terminal.errors, TEXTS.setBack[language]);
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'signed-in', sessionId, endsAt, wasSetBack })
        : fillText(TEXTS.done[language], { endsAt }),
    );
    return wasSetBack || !isSaid ? EXIT.reservations : EXIT.done;
  });
}

/** A sign-in stands whatever becomes of what the device has to say: it waits for the next one. */
async function sayWhatWaits(
  home: EnrolledHome,
  transport: HttpTransport,
  { terminal, language }: Invocation,
): Promise<boolean> {
  const statements = statementsOf(home);
  const count = await statements.waiting();
  if (count === 0) return true;
  try {
    await statements.send((await openKeptSession(home, transport)).session);
    return true;
  } catch (error) {
    if (!isDomainError(error)) throw error;
    const facts = { count, problem: error.code };
    writeLine(terminal.errors, fillText(TEXTS.unsaid[language], facts));
    return false;
  }
}
