import { isDomainError, systemClock } from '@enlace/kernel';
import { cryptoReady, currentOf, parseStatement, verifyDevice } from '@enlace/trust';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { withEnrolledHome } from '../home/enrolled-home.js';
import { openDirectory, syncDirectory } from '../home/held-directory.js';
import { openKeptSession } from '../home/signed-in.js';

const LINE: Text = {
  es: '{deviceId}  {platform}  hasta {notAfter}  {standing}',
  en: '{deviceId}  {platform}  until {notAfter}  {standing}',
};

/** `enlace device list`: the devices of the person, by the own directory: what everybody else sees of them. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    const replica = await openDirectory(home);
    await syncDirectory(replica, session);
    const { directory } = replica;
    const own = parseStatement(home.profile.deviceCert).body;
    const personId = own.type === 'device-cert' ? own.personId : '';
    for (const deviceId of directory.devices.get(personId) ?? []) {
      const key = { type: 'device-cert', state: own.state, subject: deviceId } as const;
      const body = currentOf(directory, key)?.statement.body;
      const told = {
        deviceId,
        platform: body?.platform ?? '-',
        notAfter: body?.notAfter ?? '-',
        standing: standingOf(() =>
          verifyDevice(directory, deviceId, { nowMs: systemClock.nowMs() }),
        ),
        isThis: deviceId === home.profile.keys.deviceId,
      };
      writeLine(
        terminal.output,
        json
          ? JSON.stringify({ event: 'device', ...told })
          : fillText(LINE[language], { ...told, isThis: String(told.isThis) }),
      );
    }
    return EXIT.done;
  });
}

function standingOf(verify: () => unknown): string {
  try {
    verify();
    return 'certified';
  } catch (error) {
    if (!isDomainError(error, 'chain.refused')) throw error;
    return String(error.facts['rule']);
  }
}
