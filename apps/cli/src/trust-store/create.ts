import { parseBase64Url, utf8 } from '@enlace/kernel';
import { parsePolicy } from '@enlace/tlog';
import {
  append,
  cryptoReady,
  emptyDirectory,
  formatFingerprint,
  keyFingerprint,
  parseStatement,
  parseTrustStore,
  trustStoreFingerprint,
  type TrustStore,
} from '@enlace/trust';

import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { refusing } from '../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { noteCrypto } from '../log/note-crypto.js';
import {
  deploymentIn,
  readLogs,
  readReleases,
  readRoot,
  readWitnesses,
  type ReadRoot,
} from './read-parts.js';
import { policyText, trustStoreText } from './trust-store-text.js';

const TEXTS = {
  done: {
    es: [
      'Almacén de confianza de {deployment}: {file}',
      'Huella, la que imprimen las invitaciones: {fingerprint}',
    ].join('\n'),
    en: [
      'Trust store of {deployment}: {file}',
      'Fingerprint, as invitations print it: {fingerprint}',
    ].join('\n'),
  },
  root: { es: '  raíz de {state}: {fingerprint}', en: '  root of {state}: {fingerprint}' },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace authority trust-store`: where the trust of a new deployment begins (identity.md 5), made of public files and
 * offline: the keys of the logs as the log of the server names them, the statement of each root, the key of each
 * witness. Every State compares the fingerprints of the roots before it uses the file. Throws `input.malformed` with
 * the file and the rule that it breaks, and writes nothing then.
 */
export async function run({ options, terminal, language, json }: Invocation): Promise<number> {
  await cryptoReady();
  const file = requireText(options, 'out');
  assertAbsent([file]);
  const logs = readLogs(requireText(options, 'logs'));
  const roots = requireText(options, 'roots').split(',').map(readRoot);
  const witnesses = readWitnesses(requireText(options, 'witnesses'), roots);
  const policy = policyText(logs, witnesses);
  refusing('--witnesses', () => parsePolicy(noteCrypto, utf8(policy)));
  const deployment = deploymentIn(options, logs);
  const wires = roots.map(({ wire }) => wire);
  const releases = readReleases(options);
  const text = trustStoreText({ deployment, logs, policy, roots: wires, releases });
  const trustStore = refusing('--roots', () => parseTrustStore(text));
  for (const root of roots) assertSelfSigned(root, trustStore);
  writeNewFiles([{ path: file, text, isSecret: false }]);
  const fingerprint = formatFingerprint(trustStoreFingerprint(text));
  const prints = trustStore.roots.map(({ state, rootKey }) => ({
    state,
    fingerprint: keyFingerprint(parseBase64Url(rootKey)),
  }));
  const told = { deployment, file, fingerprint };
  if (json) {
    writeLine(terminal.output, JSON.stringify({ event: 'created', ...told, roots: prints }));
    return EXIT.done;
  }
  writeLine(terminal.output, fillText(TEXTS.done[language], told));
  for (const one of prints) writeLine(terminal.output, fillText(TEXTS.root[language], one));
  return EXIT.done;
}

/** A statement that its own key has not signed would be refused by everybody, once the file is printed. */
function assertSelfSigned({ path, wire, state }: ReadRoot, trustStore: TrustStore): void {
  refusing(path, () => append(emptyDirectory(trustStore, state), parseStatement(wire), 0));
}
