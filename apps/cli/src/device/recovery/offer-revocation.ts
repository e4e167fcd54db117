import { revokeOwnDevice } from '@enlace/client';
import { isDomainError, systemClock } from '@enlace/kernel';
import { parseStatement, verifyDevice, type Directory } from '@enlace/trust';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import type { Questions } from '../../command-line/questions.js';
import type { Invocation } from '../../command-line/verb.js';
import type { EnrolledHome } from '../../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../../home/held-directory.js';
import { openKeptSession } from '../../home/signed-in.js';

const QUESTION: Text = {
  es: '¿Revocar para siempre el dispositivo {deviceId}? (sí/no) ',
  en: 'Revoke the device {deviceId} for ever? (yes/no) ',
};

/** Asks, device by device, whether the ones from before are lost; with `--revoke-others` they are. */
export async function offerRevocation(
  { options, language }: Invocation,
  questions: Questions,
  home: EnrolledHome,
): Promise<void> {
  const { session } = await openKeptSession(home);
  const replica = await openDirectory(home);
  await syncDirectory(replica, session);
  const { directory } = replica;
  const { body } = parseStatement(home.profile.deviceCert);
  const personId = body.type === 'device-cert' ? body.personId : '';
  const { identitySeed, deviceId: own } = home.profile.keys;
  const owner = { state: body.state, identitySeed, directory, clock: systemClock };
  for (const deviceId of standingDevices(directory, personId)) {
    if (deviceId === own) continue;
    const question = fillText(QUESTION[language], { deviceId });
    const isLost = options.has('revoke-others') || (await questions.confirm(question));
    if (isLost) await revokeOwnDevice(session, owner, { deviceId, reason: 'lost' });
  }
}

function standingDevices(directory: Directory, personId: string): readonly string[] {
  return (directory.devices.get(personId) ?? []).filter((deviceId) => {
    try {
      verifyDevice(directory, deviceId, { nowMs: systemClock.nowMs() });
      return true;
    } catch (error) {
      if (!isDomainError(error, 'chain.refused')) throw error;
      return false;
    }
  });
}
