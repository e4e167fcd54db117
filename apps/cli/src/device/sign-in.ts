import { HttpTransport } from '@enlace/client';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openNewSession } from '../home/signed-in.js';

const TEXTS = {
  done: { es: 'Sesión abierta hasta {endsAt}.', en: 'Signed in until {endsAt}.' },
  setBack: {
    es: 'Atención: el servidor ha visto actos de este dispositivo que esta carpeta no conoce.',
    en: 'Attention: the server has seen acts of this device that this home does not know of.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace device sign-in`: opens a session with the key of the device, and keeps it sealed in the home. Ends with 1
 * when the home was set back (a restored disk, or somebody else uses a copy of it).
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withEnrolledHome(invocation, async (home) => {
    const transport = new HttpTransport(home.profile.server);
    const { session, wasSetBack } = await openNewSession(home, transport);
    const { sessionId, endsAt } = session;
    if (wasSetBack) writeLine(terminal.errors, TEXTS.setBack[language]);
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'signed-in', sessionId, endsAt, wasSetBack })
        : fillText(TEXTS.done[language], { endsAt }),
    );
    return wasSetBack ? EXIT.reservations : EXIT.done;
  });
}
