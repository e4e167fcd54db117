import { HttpTransport } from '@enlace/client';
import { equalBytes } from '@enlace/kernel';
import { formatFingerprint, parseTrustStore, trustStoreFingerprint } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import type { Questions } from '../command-line/questions.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { readInputFile, refusing } from '../files/input-file.js';
import type { DeviceProfile } from '../home/device-profile.js';

/** What a first run is given: the server, where trust begins, and what registrars handed over on paper. */
export type Paper = Pick<DeviceProfile, 'server' | 'trustStore' | 'invitation'>;

/**
 * Everything that can be wrong with the input is found before a key is made. Throws `trust.not-as-printed`,
 * `input.malformed`.
 */
export async function readPaper(
  { invocation, questions }: { readonly invocation: Invocation; readonly questions: Questions },
  asked: {
    readonly option: string;
    readonly question: Text;
    readonly read: (typed: string) => { readonly trustStoreFingerprint: Uint8Array };
  },
): Promise<Paper> {
  const { options, language } = invocation;
  const server = requireText(options, 'server');
  const trustPath = requireText(options, 'trust');
  const trustStore = readInputFile(trustPath);
  refusing(trustPath, () => parseTrustStore(trustStore));
  const { origin } = refusing('--server', () => new HttpTransport(server));
  const file = findText(options, asked.option);
  const invitation =
    file === null
      ? ((await questions.secret(asked.question[language])) ?? '')
      : readInputFile(file);
  const named = file ?? `--${asked.option}`;
  const { trustStoreFingerprint: printed } = refusing(named, () => asked.read(invitation));
  const found = trustStoreFingerprint(trustStore);
  // The paper says which trust store is the right one; a server that hands out another one is found here.
  if (!equalBytes(printed, found)) {
    const facts = { file: trustPath, found: formatFingerprint(found) };
    throw new CliError('trust.not-as-printed', facts, { exitCode: EXIT.alert });
  }
  return { server: origin, trustStore, invitation };
}
