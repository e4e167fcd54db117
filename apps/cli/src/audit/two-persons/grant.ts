import { AnswerMalformed, softwarePresence } from '@enlace/client';
import { GRANT_LIMITS, ROUTES, type CaseGrant } from '@enlace/contracts';
import {
  formatInstant,
  isJsonObject,
  newId,
  systemClock,
  systemRandom,
  type JsonValue,
} from '@enlace/kernel';
import { cryptoReady } from '@enlace/trust';
import { CliError } from '../../command-line/cli-error.js';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { findInteger, findText, requireText } from '../../command-line/option-values.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';
import { EXIT } from '../../exit-codes.js';
import { withEnrolledHome } from '../../home/enrolled-home.js';
import { openKeptSession } from '../../home/signed-in.js';
import { confirmed } from '../../person/confirmed.js';

const DAY_MS = 86_400_000;

const TEXTS = {
  ask: {
    es: 'Propone abrir los eventos del caso {caseId} al auditor {holderId} de {holderState} hasta {expiresAt}',
    en: 'Proposes to open the events of case {caseId} to the auditor {holderId} of {holderState} until {expiresAt}',
  },
  approve: {
    es: 'Abre a un auditor de otro Estado los eventos del caso que propone {scopeId}',
    en: 'Opens to an auditor of another State the events of the case that {scopeId} proposes',
  },
  revoke: {
    es: 'Cierra el acceso {scopeId} de un auditor de otro Estado',
    en: 'Closes the access {scopeId} of an auditor of another State',
  },
  proposed: {
    es: 'Propuesto {scopeId}: falta otro auditor de su Estado.',
    en: 'Proposed as {scopeId}: another auditor of your State is missing.',
  },
  granted: {
    es: 'Abierto hasta {expiresAt}: caso {caseId}, auditor de {holderState}.',
    en: 'Open until {expiresAt}: case {caseId}, an auditor of {holderState}.',
  },
  revoked: {
    es: 'Cerrado: {holderState} ya no ve el caso {caseId}. Lo que vio, lo vio.',
    en: 'Closed: {holderState} no longer sees case {caseId}. What was seen, was seen.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/**
 * `enlace audit grant`: an auditor proposes to open a case to an auditor of another State; a second one does it with
 * `--approve ID`, and either closes it with `--revoke ID`.
 */
export async function run(invocation: Invocation): Promise<number> {
  await cryptoReady();
  const { terminal, json, language } = invocation;
  const { kind, scopeId, words, request } = readStep(invocation.options);
  return withEnrolledHome(invocation, async (home) => {
    const { session } = await openKeptSession(home);
    await confirmed(invocation, home.questions, fillText(TEXTS[kind][language], words));
    const about = { action: 'audit.grant-scope', objectId: scopeId } as const;
    const show = softwarePresence(home.profile.keys.signSeed);
    const answer = await session.requestElevated(request, about, show);
    const { step, ...said } = readGrant(answer);
    const text = json
      ? JSON.stringify({ event: 'case-grant', step, ...said })
      : fillText(TEXTS[step][language], said);
    writeLine(terminal.output, text);
    return EXIT.done;
  });
}

// Attacker-controlled: what the server says it did.
function readGrant(answer: JsonValue) {
  const { scopeId, step, caseId, holderState, expiresAt } = isJsonObject(answer) ? answer : {};
  const isWhole =
    typeof scopeId === 'string' &&
    typeof caseId === 'string' &&
    typeof holderState === 'string' &&
    typeof expiresAt === 'string';
  if (!isWhole || !isStep(step)) throw new AnswerMalformed('case-grant');
  return { scopeId, step, caseId, holderState, expiresAt };
}

function isStep(value: JsonValue | undefined): value is CaseGrant['step'] {
  return value === 'proposed' || value === 'granted' || value === 'revoked';
}

function readStep(options: Invocation['options']) {
  const [approving, revoking] = [findText(options, 'approve'), findText(options, 'revoke')];
  if (approving !== null) {
    const scopeId = readId('--approve', approving);
    const path = ROUTES.auditScopeApproval.replace(':id', scopeId);
    const request = { method: 'POST', path } as const;
    return { kind: 'approve', scopeId, words: { scopeId }, request } as const;
  }
  if (revoking !== null) {
    const scopeId = readId('--revoke', revoking);
    const path = ROUTES.auditScope.replace(':id', scopeId);
    const request = { method: 'DELETE', path } as const;
    return { kind: 'revoke', scopeId, words: { scopeId }, request } as const;
  }
  const days = findInteger(options, 'days', [1, GRANT_LIMITS.caseDays]) ?? GRANT_LIMITS.caseDays;
  const scopeId = newId(systemClock, systemRandom);
  const words = {
    caseId: readId('--case', requireText(options, 'case')),
    holderId: readId('--holder', requireText(options, 'holder')),
    holderState: requireText(options, 'holder-state'),
    // A minute less, because the clock of the server may be behind.
    expiresAt: formatInstant(systemClock.nowMs() + days * DAY_MS - 60_000),
  };
  const request = {
    method: 'POST',
    path: ROUTES.auditScopes,
    body: { scopeId, ...words },
  } as const;
  return { kind: 'ask', scopeId, words, request } as const;
}

function readId(option: string, value: string): string {
  if (/^[0-9a-f-]{36}$/.test(value)) return value;
  throw new CliError('usage.bad-value', { option, value, expected: 'UUID' });
}
