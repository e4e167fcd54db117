import { resolve } from 'node:path';
import type { HttpTransport, LocalStore } from '@enlace/client';
import { isDomainError } from '@enlace/kernel';
import { parseStatement } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { readInputFile, refusing } from '../files/input-file.js';
import { writeNewFiles } from '../files/new-files.js';
import { loadProfile, type DeviceProfile } from '../home/device-profile.js';
import { advanceClaim } from './advance-claim.js';

const TEXTS = {
  handedOut: {
    es: [
      'Su Estado quiere que un registrador firme también el certificado de este dispositivo: {file}.',
      'Él lo firma con «enlace authority sign --in {file} --key SU-LLAVE --out FIRMADO»;',
      'después repita este comando con --certificate FIRMADO.',
    ].join('\n'),
    en: [
      'Your State wants a registrar to sign the certificate of this device too: {file}.',
      'It is signed with "enlace authority sign --in {file} --key THEIR-KEY --out SIGNED";',
      'then run this command again with --certificate SIGNED.',
    ].join('\n'),
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * Goes on with the claim. Where the State wants a registrar to sign the first certificate too, it is written to
 * `--certificate-out`, and `--certificate` brings it back; `null` says that it was written and waits for that.
 */
export async function advanceOrHandOut(
  { options, terminal, json, language }: Invocation,
  { store, profile }: { readonly store: LocalStore; readonly profile: DeviceProfile },
  transport: HttpTransport,
): Promise<DeviceProfile | null> {
  const given = findText(options, 'certificate');
  const cosigned = given === null ? null : readInputFile(given).trim();
  if (given !== null) refusing(given, () => parseStatement(cosigned ?? ''));
  const out = findText(options, 'certificate-out');
  try {
    return await advanceClaim({ store, profile }, transport, cosigned);
  } catch (error) {
    const isAlone =
      isDomainError(error, 'statement.refused') && error.facts['rule'] === 'device-registrar';
    if (!isAlone) throw error;
    if (out === null) throw new CliError('certificate.needs-registrar', {}, { cause: error });
    const { deviceCert, keys } = (await loadProfile(store)) ?? profile;
    writeNewFiles([{ path: resolve(out), text: `${deviceCert ?? ''}\n`, isSecret: false }]);
    const told = { deviceId: keys.deviceId, file: out };
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'certificate-written', ...told })
        : fillText(TEXTS.handedOut[language], told),
    );
    return null;
  }
}
