import type { InvitationContent } from '@enlace/client';
import { printable } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';

const TITLE: Text = { es: 'Invitación', en: 'Invitation' };

/** What an invitation says, as it was signed: every member, and the name behind its hash. Its code is not in it. */
export function invitationInWords(
  { invitation, card, signatures, certificate }: InvitationContent,
  language: Language,
): string {
  const lines = Object.entries({ ...card, ...invitation, signatures }).map(([name, value]) => {
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return `  ${name}: ${printable(shown)}`;
  });
  const term = certificate === null ? [] : [`  notAfter: ${printable(certificate.notAfter)}`];
  return [TITLE[language], ...lines, ...term].join('\n');
}
