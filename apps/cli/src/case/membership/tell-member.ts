import type { CaseMemberShown } from '@enlace/contracts';
import { fillText } from '../../command-line/error-texts.js';
import type { Text } from '../../command-line/language.js';
import { writeLine } from '../../command-line/terminal.js';
import type { Invocation } from '../../command-line/verb.js';

const TEXTS = {
  steward: {
    es: '{memberId} es responsable del expediente {caseId}.',
    en: '{memberId} is a steward of case {caseId}.',
  },
  member: {
    es: '{memberId} es miembro del expediente {caseId}.',
    en: '{memberId} is a member of case {caseId}.',
  },
  none: {
    es: '{memberId} ya no es miembro por su nombre del expediente {caseId}.',
    en: '{memberId} is no member by name of case {caseId} any more.',
  },
} as const satisfies Readonly<Record<string, Text>>;

/** What somebody is in a case now. */
export function tellMember(
  { terminal, json, language }: Invocation,
  { caseId, memberId, role }: CaseMemberShown,
): void {
  const event = role === null ? 'case-member-removed' : 'case-member-added';
  const line = fillText(TEXTS[role ?? 'none'][language], { caseId, memberId });
  writeLine(terminal.output, json ? JSON.stringify({ event, caseId, memberId, role }) : line);
}
