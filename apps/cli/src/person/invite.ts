import { resolve } from 'node:path';
import { proposeInvitation, type Invited } from '@enlace/client';
import { AUDIT_SCOPES, ROLES, type AuditScope, type Role } from '@enlace/contracts';
import { parseId, type PersonId } from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../command-line/cli-error.js';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { findText, requireText } from '../command-line/option-values.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';
import { EXIT } from '../exit-codes.js';
import { assertAbsent, writeNewFiles } from '../files/new-files.js';
import { withFounderOrRegistrar } from './speaking.js';
import { outFileOf, writeTravelling } from './travelling.js';

const TEXTS = {
  done: {
    es: 'Invitación {invitationId} propuesta; la aprueba otro registrador antes de {expiresAt}.',
    en: 'The invitation {invitationId} is proposed; another registrar approves it before {expiresAt}.',
  },
  paper: {
    es: 'Entréguela en persona y en papel; no se vuelve a mostrar:',
    en: 'Hand it over in person and on paper; it is not shown again:',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace person invite`: proposes a person. The invitation with its code goes to the terminal, if a person sits there,
 * or into a file that its owner alone reads; never into a pipe or a log.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { options, terminal, language, json } = invocation;
  const invited = readInvited(options);
  const paperPath = paperPathOf(invocation);
  const out = outFileOf(invocation);
  return withFounderOrRegistrar(invocation, async ({ registrar, trustStore }) => {
    const proposed = await proposeInvitation(registrar, invited, trustStore);
    const { invitation, wire, card, paper } = proposed;
    if (paperPath !== null) {
      writeNewFiles([{ path: paperPath, text: `${paper}\n`, isSecret: true }]);
    }
    if (out !== null) writeTravelling(out, { wire, card, claimWire: null, certificateWire: null });
    const { invitationId, personId, expiresAt } = invitation;
    const told = { invitationId, personId, expiresAt };
    writeLine(
      terminal.output,
      json
        ? JSON.stringify({ event: 'invited', ...told, paper: paperPath })
        : fillText(TEXTS.done[language], told),
    );
    if (paperPath === null) {
      for (const line of [TEXTS.paper[language], paper]) writeLine(terminal.output, line);
    }
    return EXIT.done;
  });
}

/** Null: the terminal. Throws `invitation.no-paper` where a code would end in a pipe. */
export function paperPathOf({ options, terminal, json }: Invocation): string | null {
  const path = findText(options, 'paper');
  if (path !== null) {
    assertAbsent([resolve(path)]);
    return resolve(path);
  }
  const isTerminal = 'isTTY' in terminal.output && terminal.output.isTTY === true;
  if (json || !isTerminal) throw new CliError('invitation.no-paper');
  return null;
}

function readInvited(options: Invocation['options']): Invited {
  const personId = findText(options, 'person');
  return {
    ...(personId === null ? {} : { personId: readId(personId, '--person') }),
    officeId: readId(requireText(options, 'office'), '--office'),
    roles: readRoles(requireText(options, 'roles')),
    auditScope: readScope(findText(options, 'audit-scope')),
    card: {
      displayName: requireText(options, 'name').normalize('NFC'),
      title: {
        es: requireText(options, 'title-es').normalize('NFC'),
        en: requireText(options, 'title-en').normalize('NFC'),
      },
    },
  };
}

/** An id as people type it. Throws `usage.bad-value`. */
export function readId(value: string, option: string): PersonId {
  try {
    return parseId<PersonId>(value);
  } catch (cause) {
    throw new CliError('usage.bad-value', { option, value, expected: 'UUID' }, { cause });
  }
}

/** Roles with commas between them. Throws `usage.bad-value`. */
export function readRoles(value: string): readonly Role[] {
  return value.split(',').map((name) => {
    const role = ROLES.find((each) => each === name.trim());
    if (role !== undefined) return role;
    throw new CliError('usage.bad-value', {
      option: '--roles',
      value: name,
      expected: ROLES.join(', '),
    });
  });
}

function readScope(value: string | null): AuditScope | null {
  const scope = AUDIT_SCOPES.find((each) => each === value) ?? null;
  if (scope !== null || value === null) return scope;
  const expected = AUDIT_SCOPES.join(', ');
  throw new CliError('usage.bad-value', { option: '--audit-scope', value, expected });
}
