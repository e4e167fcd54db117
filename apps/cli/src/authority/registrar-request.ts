import { join, resolve } from 'node:path';
import {
  canonicalJson,
  formatInstant,
  newRandomId,
  parseId,
  systemClock,
  systemRandom,
  toBase64Url,
  type PersonId,
} from '@enlace/kernel';
import { cryptoReady, keyFingerprint, publicKeyOf } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import {
  findInteger,
  findText,
  requireAuthority,
  requireText,
} from '../command-line/option-values.js';
import { askNewPassphrase } from '../command-line/passphrase.js';
import { Questions } from '../command-line/questions.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { sealKeyFile } from './key-file.js';

const SEED_BYTES = 32;
const SERIAL_MOST = 1_000_000;

const TEXTS = {
  registrar: { es: 'la llave de registrador', en: "the registrar's key" },
  done: {
    es: [
      'Pedido de certificación de {registrarId}, {state}: {request}',
      'Huella, para leerla en voz alta ante quien firma con la raíz:',
      '  {fingerprint}',
      'Llave: {key}',
    ].join('\n'),
    en: [
      'Request for the certification of {registrarId}, {state}: {request}',
      'Fingerprint, to be read aloud to whoever signs with the root:',
      '  {fingerprint}',
      'Key: {key}',
    ].join('\n'),
  },
} as const satisfies Readonly<Record<string, Text>>;

/** `enlace authority registrar request`: a registrar's key, which stays here, and what the root is asked to certify. */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const state = requireAuthority(options);
  const registrarId = registrarOf(options);
  const serial = findInteger(options, 'serial', [1, SERIAL_MOST]) ?? 1;
  const folder = resolve(requireText(options, 'out'));
  const keyPath = join(folder, 'registrar.key');
  const requestPath = join(folder, 'registrar-request.json');
  assertAbsent([keyPath, requestPath]);
  const seed = systemRandom.bytes(SEED_BYTES);
  const publicKey = publicKeyOf(seed);
  const key = toBase64Url(publicKey);
  const request = { type: 'registrar-cert', state, serial, registrarId, key };
  const createdAt = formatInstant(systemClock.nowMs());
  const passphrase = await newPassphrase(invocation);
  const file = { v: 1, kind: 'registrar', state, publicKey: key, custodian: 0, createdAt } as const;
  const sealed = sealKeyFile(file, seed, passphrase);
  seed.fill(0);
  writeNewFiles([
    { path: keyPath, text: sealed, isSecret: true },
    { path: requestPath, text: `${canonicalJson(request)}\n`, isSecret: false },
  ]);
  const fingerprint = keyFingerprint(publicKey);
  const told = { state, registrarId, fingerprint, request: requestPath, key: keyPath };
  writeLine(
    terminal.output,
    json
      ? JSON.stringify({
          event: 'registrar-requested',
          state,
          registrarId,
          key,
          fingerprint,
          keyFile: keyPath,
          requestFile: requestPath,
        })
      : fillText(TEXTS.done[language], told),
  );
  return EXIT.done;
}

/** A registrar who has a certificate keeps the id and asks for the next serial. */
function registrarOf(options: Invocation['options']): PersonId {
  const given = findText(options, 'registrar-id');
  if (given === null) return newRandomId<PersonId>(systemRandom);
  try {
    return parseId<PersonId>(given);
  } catch (cause) {
    const facts = { option: '--registrar-id', value: given, expected: 'UUID' };
    throw new CliError('usage.bad-value', facts, { cause });
  }
}

async function newPassphrase({ terminal, language }: Invocation): Promise<string> {
  const questions = new Questions(terminal);
  const { environment } = terminal;
  try {
    const variable = 'ENLACE_PASSPHRASE';
    return await askNewPassphrase({
      what: TEXTS.registrar,
      variable,
      environment,
      language,
      questions,
    });
  } finally {
    questions.close();
  }
}
