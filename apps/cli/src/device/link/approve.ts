import { setTimeout as pause } from 'node:timers/promises';
import { DeviceApproval } from '@enlace/client';
import { systemClock, systemRandom } from '@enlace/kernel';
import { cryptoReady, readDeviceRequest, trustStoreFingerprint } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findText } from '../../command-line/option-values.js';
import type { Questions } from '../../command-line/questions.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { readInputFile, refusing } from '../../files/input-file.js';
import { invitationOf } from '../../home/device-profile.js';
import { withEnrolledHome } from '../../home/enrolled-home.js';
import { openDirectory, ownChainIn, syncDirectory } from '../../home/held-directory.js';
import { takeInVault } from '../../home/kept-vault.js';
import { openKeptSession } from '../../home/signed-in.js';

const POLL_MS = 1_000;

const TEXTS = {
  request: {
    es: 'El texto que muestra el dispositivo nuevo: ',
    en: 'The text that the new device shows: ',
  },
  words: {
    es: 'Certifica, como dispositivo suyo: {deviceId}\n',
    en: 'Certifies as a device of yours: {deviceId}\n',
  },
  digits: {
    es: 'Los seis dígitos que muestra el dispositivo nuevo: ',
    en: 'The six digits that the new device shows: ',
  },
  done: {
    es: 'Dispositivo {deviceId} certificado; abre la bóveda por sí mismo.',
    en: 'The device {deviceId} is certified; it opens the vault by itself.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace device approve`: certifies a further device of the person, whose keys are the ones that its text names, and
 * hands it the way into the vault. The six digits are typed as the new device shows them: a person who copies from two
 * screens that differ has found whoever stands between them. Ends with 2 then, and nothing was signed.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  return withEnrolledHome(invocation, async (home) => {
    const { questions } = home;
    const typed = await requestOf(invocation, questions);
    const { session } = await openKeptSession(home);
    const replica = await openDirectory(home);
    await syncDirectory(replica, session);
    const chain = ownChainIn(replica, home);
    if (chain.kind === 'waiting') throw new CliError('device.not-seen', { waiting: chain.rule });
    const { directory } = replica;
    const { personId } = chain.device.person;
    // What is handed over opens the vault as it is today: another device may have changed the key.
    const { rootKey } = await takeInVault(home, { session, directory });
    const { keys, trustStore } = home.profile;
    const { state } = invitationOf(home.profile);
    const ports = { clock: systemClock, random: systemRandom };
    const device = { session, state, personId, keys, directory, ...ports };
    const approval = await DeviceApproval.begin(device, typed);
    const { deviceId } = approval;
    while ((await approval.digits()) === null) await pause(POLL_MS);
    if (!json) terminal.errors.write(fillText(TEXTS.words[language], { deviceId }));
    const seen = (await questions.line(TEXTS.digits[language])) ?? '';
    if (!/^(?:\s*\d){6}\s*$/.test(seen)) throw new CliError('sign.not-confirmed');
    const trustStoreOfHome = trustStoreFingerprint(trustStore);
    await approval.approve(seen, { rootKey, trustStoreFingerprint: trustStoreOfHome });
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'approved', deviceId })
        : fillText(TEXTS.done[language], { deviceId }),
    );
    return EXIT.done;
  });
}

async function requestOf({ options, language }: Invocation, questions: Questions): Promise<string> {
  const file = findText(options, 'request');
  const typed =
    file === null ? ((await questions.line(TEXTS.request[language])) ?? '') : readInputFile(file);
  refusing(file ?? '--request', () => readDeviceRequest(typed));
  return typed;
}
