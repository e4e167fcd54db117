import type { AskedConsent } from '@enlace/client';
import { fillText, printable } from '../command-line/error-texts.js';
import type { Language, Text } from '../command-line/language.js';

const STANDINGS: Readonly<Record<AskedConsent['standing'], Text>> = {
  open: { es: 'sin respuesta', en: 'not answered' },
  given: { es: 'consentido', en: 'consented' },
  refused: { es: 'no consentido', en: 'not consented' },
  expired: { es: 'ya no vale', en: 'no longer holds' },
};
const SCOPES: Readonly<Record<AskedConsent['scope'], Text>> = {
  evidence: {
    es: '{threadId} {seq}  que la entrada {target} de {ofState} sea prueba para {forState}: {standing}',
    en: '{threadId} {seq}  that entry {target} of {ofState} be evidence for {forState}: {standing}',
  },
  onward: {
    es: '{threadId} {seq}  que la entrada {target} de {ofState} pase a {forState}: {standing}',
    en: '{threadId} {seq}  that entry {target} of {ofState} go on to {forState}: {standing}',
  },
};
const EXCULPATORY: Text = {
  es: '    favorece a un acusado',
  en: '    speaks for an accused',
};
const UNTIL: Text = { es: '    hasta {day}', en: '    until {day}' };

/** What was asked about an entry, and what its State said. */
export function linesOfConsent(
  asked: AskedConsent,
  { threadId, language }: { readonly threadId: string; readonly language: Language },
): readonly string[] {
  const { seq, target, forState, scope, expiresOn } = asked;
  const standing = STANDINGS[asked.standing][language];
  const facts = { threadId, seq, target, ofState: asked.ofState ?? '--', forState, standing };
  const quoted = [asked.why, asked.conditions, asked.reason].filter((text) => text !== null);
  return [
    fillText(SCOPES[scope][language], facts),
    ...(asked.exculpatory ? [EXCULPATORY[language]] : []),
    ...(expiresOn === null ? [] : [fillText(UNTIL[language], { day: expiresOn.slice(0, 10) })]),
    ...quoted.map((text) => `    | ${printable(text)}`),
  ];
}
