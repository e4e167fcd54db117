import { resolve } from 'node:path';
import { formatInstant, systemClock, systemRandom, toBase64Url } from '@enlace/kernel';
import { formatVkey, newVerifierKey } from '@enlace/tlog';
import { cryptoReady, publicKeyOf } from '@enlace/trust';
import { sealKeyFile } from '../authority/key-file.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { requireAuthority, requireText } from '../command-line/option-values.js';
import { askNewPassphrase } from '../command-line/passphrase.js';
import { Questions } from '../command-line/questions.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { refusing } from '../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { noteCrypto } from '../log/note-crypto.js';

const SEED_BYTES = 32;

const TEXTS = {
  key: { es: 'la llave de entregas', en: 'the release key' },
  done: {
    es: 'Llave: {file}\nPara la lista de la región (trust store, releases):\n  {vkey}',
    en: 'Key: {file}\nFor the trust store (releases):\n  {vkey}',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace authority release-key`: the key of one of those who release the web client; it stays here. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const state = requireAuthority(options);
  const name = requireText(options, 'name');
  const file = resolve(requireText(options, 'out'));
  assertAbsent([file]);
  const seed = systemRandom.bytes(SEED_BYTES);
  const publicKey = publicKeyOf(seed);
  const key = refusing('--name', () =>
    newVerifierKey(noteCrypto, { name, type: 'ed25519', publicKey }),
  );
  const passphrase = await newPassphrase(invocation);
  const about = {
    v: 1,
    kind: 'release',
    state,
    custodian: 0,
    publicKey: toBase64Url(publicKey),
    createdAt: formatInstant(systemClock.nowMs()),
  } as const;
  const text = sealKeyFile(about, seed, passphrase);
  seed.fill(0);
  writeNewFiles([{ path: file, text, isSecret: true }]);
  const told = { file, vkey: formatVkey(key) };
  writeLine(
    terminal.output,
    json
      ? JSON.stringify({ event: 'release-key-created', state, ...told })
      : fillText(TEXTS.done[language], told),
  );
  return EXIT.done;
}

async function newPassphrase({ terminal, language }: Invocation): Promise<string> {
  const questions = new Questions(terminal);
  const { environment } = terminal;
  const variable = 'ENLACE_PASSPHRASE';
  try {
    return await askNewPassphrase({
      what: TEXTS.key,
      variable,
      environment,
      language,
      questions,
    });
  } finally {
    questions.close();
  }
}
