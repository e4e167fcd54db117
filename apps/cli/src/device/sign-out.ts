import { DeviceCounter, HttpTransport, Session, softwareProofKey } from '@enlace/client';
import { ROUTES } from '@enlace/contracts';
import { isDomainError, systemClock, systemRandom } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { forgetSession, loadSession } from '../home/stored-session.js';

const DONE: Text = { es: 'Sesión cerrada.', en: 'Signed out.' };

/** `enlace device sign-out`: ends the session on the server, then forgets it; one that is over is forgotten too. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withEnrolledHome(invocation, async ({ store, profile }) => {
    const kept = await loadSession(store);
    if (kept === null) throw new CliError('device.no-session');
    const session = new Session(new HttpTransport(profile.server), {
      deviceId: profile.keys.deviceId,
      token: kept.token,
      ath: kept.ath,
      nonce: kept.nonce,
      key: softwareProofKey(kept.seed),
      counter: await DeviceCounter.open(store),
      clock: systemClock,
      random: systemRandom,
    });
    try {
      await session.request({ method: 'DELETE', path: ROUTES.currentSession }, 'act');
    } catch (error) {
      if (!isDomainError(error, 'session.ended')) throw error;
    }
    await forgetSession(store);
    const { sessionId } = kept;
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'signed-out', sessionId }) : DONE[language],
    );
    return EXIT.done;
  });
}
