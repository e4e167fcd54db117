import { resolve } from 'node:path';
import {
  completeNextCertificate,
  draftNextCertificate,
  type CertificateChange,
  type DraftedCertificate,
} from '@enlace/client';
import { isJsonObject } from '@enlace/kernel';
import { cryptoReady, parseStatement } from '@enlace/trust';
import { canonicalJson } from '@enlace/kernel';
import { statementInWords } from '../authority/statement-words.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { malformed, readInputFile, readJsonObject, refusing } from '../files/input-file.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { confirmed } from './confirmed.js';
import { readId, readRoles } from './invite.js';
import { certificateInWords } from './revoke.js';
import { withRegistrar } from './speaking.js';

const TEXTS = {
  drafted: {
    es: 'Certificado firmado en {file}; otro registrador lo completa con --in.',
    en: 'The certificate is signed in {file}; another registrar completes it with --in.',
  },
  done: { es: '{personId} tiene un certificado nuevo.', en: '{personId} has a new certificate.' },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace person reinstate`: the next certificate of a person, with the same key: after a suspension, before the old
 * one ends, or with other roles or another office. One registrar signs it into `--out`, another one completes it from
 * `--in`.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  return findText(invocation.options, 'in') === null ? draft(invocation) : complete(invocation);
}

async function draft(invocation: Invocation): Promise<number> {
  const { options, terminal, language, json } = invocation;
  const personId = readId(requireText(options, 'person'), '--person');
  const out = resolve(requireText(options, 'out'));
  assertAbsent([out]);
  const change = readChange(options);
  return withRegistrar(invocation, async ({ registrar, questions }) => {
    certificateInWords(registrar, personId, language);
    const { wire, card } = draftNextCertificate(registrar, personId, change);
    await confirmed(invocation, questions, statementInWords(parseStatement(wire).body, language));
    const text = `${canonicalJson({ wire, card: card && { ...card } })}\n`;
    writeNewFiles([{ path: out, text, isSecret: false }]);
    const told = { personId, file: out };
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'drafted', ...told })
        : fillText(TEXTS.drafted[language], told),
    );
    return EXIT.done;
  });
}

async function complete(invocation: Invocation): Promise<number> {
  const { options, terminal, language, json } = invocation;
  const drafted = readDraft(requireText(options, 'in'));
  return withRegistrar(invocation, async ({ registrar, questions }) => {
    const { body } = parseStatement(drafted.wire);
    await confirmed(invocation, questions, statementInWords(body, language));
    await completeNextCertificate(registrar, drafted);
    const personId = body.type === 'person-cert' ? body.personId : '';
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'reinstated', personId })
        : fillText(TEXTS.done[language], { personId }),
    );
    return EXIT.done;
  });
}

function readChange(options: Invocation['options']): CertificateChange {
  const office = findText(options, 'office');
  const roles = findText(options, 'roles');
  return {
    ...(office === null ? {} : { officeId: readId(office, '--office') }),
    ...(roles === null ? {} : { roles: readRoles(roles) }),
  };
}

// Attacker-controlled: it may come on a stick from anywhere.
function readDraft(path: string): DraftedCertificate {
  const { wire, card = null } = readJsonObject(path, readInputFile(path));
  if (typeof wire !== 'string') throw malformed(path, 'not-a-certificate');
  refusing(path, () => parseStatement(wire));
  if (card === null) return { wire, card };
  const { body, salt } = isJsonObject(card) ? card : {};
  if (typeof body !== 'string' || typeof salt !== 'string') throw malformed(path, 'card');
  return { wire, card: { body, salt } };
}
