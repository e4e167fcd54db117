import { resolve } from 'node:path';
import {
  formatInstant,
  systemClock,
  systemRandom,
  toBase64Url,
  type JsonObject,
} from '@enlace/kernel';
import {
  addSignature,
  cryptoReady,
  parseSignedObject,
  signObject,
  SIGNING_LABELS,
} from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText, printable } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { Questions } from '../command-line/questions.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { malformed, readInputFile, readJsonObject, refusing } from '../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { readSigner } from '../authority/unlock.js';

const NONCE_BYTES = 16;
const HOUR_MS = 3_600_000;
const MEMBERS = ['action', 'effectiveAfter', 'expiresAt', 'nonce', 'reason', 'target'];

const TEXTS = {
  title: {
    es: 'Acto de emergencia, solo para la disponibilidad:',
    en: 'Break-glass act, for availability only:',
  },
  question: { es: '¿Firmar? (sí/no) ', en: 'Sign? (yes/no) ' },
  done: { es: 'Firmado ({signatures}): {file}', en: 'Signed ({signatures}): {file}' },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace authority breakglass`: signs an act for availability, offline. A file with `action`, `target` and `reason`
 * gets its number, its waiting time and its end, an hour away at most, and the first signature; a signed file one
 * more. What is shown in words is what is signed: nothing of it can be changed afterwards.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const input = requireText(options, 'in');
  const output = resolve(requireText(options, 'out'));
  assertAbsent([output]);
  const text = readInputFile(input);
  const object = readJsonObject(input, text);
  const isSigned = Object.hasOwn(object, 'sigs');
  const body = isSigned
    ? refusing(input, () => parseSignedObject(text).body)
    : complete(object, findText(options, 'wait'));
  if (Object.keys(body).toSorted().join() !== MEMBERS.join()) {
    throw malformed(input, 'break-glass-members');
  }
  const questions = new Questions(terminal);
  try {
    const signer = readSigner(invocation, questions);
    terminal.errors.write(`${inWords(body, TEXTS.title[language])}\n`);
    if (!options.has('yes') && !(await questions.confirm(TEXTS.question[language]))) {
      throw new CliError('sign.not-confirmed');
    }
    const seed = await signer.unlock();
    const label = SIGNING_LABELS.breakGlass;
    const wire = refusing(input, () =>
      isSigned ? addSignature(label, text, seed) : signObject(label, body, [seed]),
    );
    seed.fill(0);
    writeNewFiles([{ path: output, text: `${wire}\n`, isSecret: false }]);
    const told = { signatures: parseSignedObject(wire).signatures.length, file: output };
    writeLine(
      terminal.output,
      json ? JSON.stringify({ event: 'signed', ...told }) : fillText(TEXTS.done[language], told),
    );
    return EXIT.done;
  } finally {
    questions.close();
  }
}

/** Number, waiting time and end, where the file does not say them. */
function complete(draft: JsonObject, waitMinutes: string | null): JsonObject {
  const nowMs = systemClock.nowMs();
  const waitMs = Number(waitMinutes ?? '0') * 60_000;
  if (!Number.isSafeInteger(waitMs) || waitMs < 0 || waitMs >= HOUR_MS) {
    const expected = '0..59';
    throw new CliError('usage.bad-value', { option: '--wait', value: waitMinutes ?? '', expected });
  }
  return {
    nonce: toBase64Url(systemRandom.bytes(NONCE_BYTES)),
    effectiveAfter: formatInstant(nowMs + waitMs),
    expiresAt: formatInstant(nowMs + HOUR_MS - 1),
    ...draft,
  };
}

function inWords(body: JsonObject, title: string): string {
  const lines = Object.entries(body).map(
    ([name, value]) =>
      `  ${name}: ${printable(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  return [title, ...lines].join('\n');
}
