import { revokeOwnDevice } from '@enlace/client';
import { systemClock } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { invitationOf } from '../home/device-profile.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';
import { openKeptSession } from '../home/signed-in.js';
import { confirmed } from '../person/confirmed.js';
import { readId } from '../person/invite.js';
import { readReason } from '../person/revoke.js';

const TEXTS = {
  words: {
    es: 'Revoca para siempre ({reason}): {deviceId}',
    en: 'Revokes for ever ({reason}): {deviceId}',
  },
  done: { es: 'Revocado: {deviceId}.', en: 'Revoked: {deviceId}.' },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace device revoke`: the person gives up one of the own devices, this one included, with the identity key. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, json, language } = invocation;
  const deviceId = readId(requireText(options, 'device'), '--device');
  const reason = readReason(requireText(options, 'reason'));
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const replica = await openDirectory(home);
    await syncDirectory(replica, session);
    const told = { deviceId, reason };
    await confirmed(invocation, home.questions, fillText(TEXTS.words[language], told));
    const owner = {
      state: invitationOf(home.profile).state,
      identitySeed: home.profile.keys.identitySeed,
      directory: replica.directory,
      clock: systemClock,
    };
    await revokeOwnDevice(session, owner, told);
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'device-revoked', ...told })
        : fillText(TEXTS.done[language], told),
    );
    return EXIT.done;
  });
}
