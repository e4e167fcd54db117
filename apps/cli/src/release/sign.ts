import { resolve } from 'node:path';
import {
  equalBytes,
  formatInstant,
  parseBase64Url,
  parseUtf8,
  systemClock,
  toHex,
} from '@enlace/kernel';
import { splitNote } from '@enlace/tlog';
import {
  cryptoReady,
  findReleaseKey,
  parseTrustStore,
  readWebRelease,
  signWebRelease,
  TRUST_STORE_LIMIT_BYTES,
  type WebRelease,
} from '@enlace/trust';
import { readSigner } from '../authority/unlock.js';
import { CliError } from '../command-line/cli-error.js';
import { fillText, printable } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { Questions } from '../command-line/questions.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { malformed, readInputBytes, readInputFile, refusing } from '../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { noteCrypto, noteSigner } from '../log/note-crypto.js';
import { readBuiltManifest, type BuiltManifest } from './built-manifest.js';

const NOTE_LIMIT_BYTES = 8_192;

const TEXTS = {
  release: {
    es: [
      'Entrega {releaseId} del cliente web para {deployment}',
      '  fecha: {issuedAt}',
      '  manifiesto (SHA-256): {hash}',
      '  commit: {commit}',
      '  Node {node}, package-lock.json {lockfile}',
      '  archivos: {files}',
      'Firme solo lo que usted mismo compiló de fuentes que conoce.',
    ].join('\n'),
    en: [
      'Release {releaseId} of the web client for {deployment}',
      '  date: {issuedAt}',
      '  manifest (SHA-256): {hash}',
      '  commit: {commit}',
      '  Node {node}, package-lock.json {lockfile}',
      '  files: {files}',
      'Sign only what you built yourself from sources that you know.',
    ].join('\n'),
  },
  question: { es: '¿Firmar? (sí/no) ', en: 'Sign? (yes/no) ' },
  done: {
    es: 'Firmado ({signatures} de {threshold}): {releaseId} en {file}',
    en: 'Signed ({signatures} of {threshold}): {releaseId} in {file}',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace authority release-web`: signs the manifest of one's own build, alone or beside those who signed before. The
 * note travels as a file from holder to holder, and then to a platform operator. Needs no network.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const manifest = readBuiltManifest(requireText(options, 'manifest'));
  const trustPath = requireText(options, 'trust');
  const trustStore = refusing(trustPath, () =>
    parseTrustStore(readInputFile(trustPath, TRUST_STORE_LIMIT_BYTES)),
  );
  const { releaseId, manifestHash: hash } = manifest;
  const built: WebRelease = {
    deployment: trustStore.deployment,
    issuedAt: formatInstant(systemClock.nowMs()),
    releaseId,
    manifestHash: hash,
  };
  const before = signedBefore(findText(options, 'in'), built);
  const release = before === null ? built : readWebRelease(before);
  const output = resolve(requireText(options, 'out'));
  assertAbsent([output]);
  const questions = new Questions(terminal);
  try {
    const signer = readSigner(invocation, questions);
    const key = findReleaseKey(noteCrypto, trustStore, parseBase64Url(signer.publicKey));
    if (signer.kind !== 'release' || key === null) throw new CliError('key.not-a-release-key');
    terminal.errors.write(`${inWords(release, manifest, language)}\n`);
    if (!options.has('yes') && !(await questions.confirm(TEXTS.question[language]))) {
      throw new CliError('sign.not-confirmed');
    }
    const seed = await signer.unlock();
    const note = refusing(output, () =>
      signWebRelease(before ?? release, noteSigner({ key, seed })),
    );
    seed.fill(0);
    writeNewFiles([{ path: output, text: parseUtf8(note), isSecret: false }]);
    const told = {
      releaseId,
      signatures: splitNote(note).signatures.length,
      threshold: trustStore.releases?.threshold ?? 0,
      file: output,
    };
    const manifestHash = toHex(hash);
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'release-signed', manifestHash, ...told })
        : fillText(TEXTS.done[language], told),
    );
    return EXIT.done;
  } finally {
    questions.close();
  }
}

// Attacker-controlled: the note of others. It has to say what this holder's own build says.
function signedBefore(path: string | null, release: WebRelease): Uint8Array | null {
  if (path === null) return null;
  const note = readInputBytes(path, NOTE_LIMIT_BYTES);
  const other = refusing(path, () => readWebRelease(note));
  if (!equalBytes(other.manifestHash, release.manifestHash)) throw malformed(path, 'other-build');
  if (other.deployment !== release.deployment) throw malformed(path, 'other-deployment');
  return note;
}

function inWords(
  { deployment, issuedAt, releaseId, manifestHash }: WebRelease,
  { commit, node, lockfileSha256, fileCount }: BuiltManifest,
  language: Invocation['language'],
): string {
  return fillText(TEXTS.release[language], {
    deployment: printable(deployment),
    issuedAt,
    releaseId: printable(releaseId),
    hash: (toHex(manifestHash).match(/.{1,4}/g) ?? []).join(' '),
    commit: printable(commit ?? '—'),
    node: printable(node),
    lockfile: printable(lockfileSha256),
    files: fileCount,
  });
}
