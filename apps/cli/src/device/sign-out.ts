import { cryptoReady } from '@enlace/trust';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openKeptSession } from '../home/signed-in.js';
import { forgetSession } from '../home/stored-session.js';

const DONE: Text = { es: 'Sesión cerrada.', en: 'Signed out.' };

/** `enlace device sign-out`: ends the session on the server, then forgets it; one that is over is forgotten too. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withEnrolledHome(invocation, async (home) => {
    const { session, sessionId } = await openKeptSession(home);
    await session.end();
    await forgetSession(home.store);
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'signed-out', sessionId }) : DONE[language],
    );
    return EXIT.done;
  });
}
