import type { CaseShown } from '@enlace/contracts';
import { fillText } from '../command-line/error-texts.js';
import type { Text } from '../command-line/language.js';
import { writeLine } from '../command-line/terminal.js';
import type { Invocation } from '../command-line/verb.js';

const TEXTS = {
  line: {
    es: '{caseId}  {ownerState}  {states}  {caseType}  {legalBasis}  {status}{held}  {role}  {openedAt}',
    en: '{caseId}  {ownerState}  {states}  {caseType}  {legalBasis}  {status}{held}  {role}  {openedAt}',
  },
  open: { es: 'abierto', en: 'open' },
  closed: { es: 'cerrado', en: 'closed' },
  held: { es: ', retenido', en: ', held' },
  steward: { es: 'responsable', en: 'steward' },
  member: { es: 'miembro', en: 'member' },
} as const satisfies Readonly<Record<string, Text>>;

/** One case, one line. */
export function tellCase(
  { terminal, json, language }: Invocation,
  event:
    | 'case'
    | 'case-created'
    | 'case-changed'
    | 'case-state-added'
    | 'case-state-removed'
    | 'case-closed'
    | 'case-reopened',
  { isHeld, ...shown }: CaseShown,
): void {
  const status = TEXTS[shown.status][language];
  const held = isHeld ? TEXTS.held[language] : '';
  const role = TEXTS[shown.role][language];
  const states = shown.states.join(',');
  writeLine(
    terminal.output,
    json
      ? JSON.stringify({ event, ...shown, isHeld })
      : fillText(TEXTS.line[language], { ...shown, states, status, held, role }),
  );
}
