import { isMessageKey } from '../../i18n/messages.js';
import type { useMessages } from '../../i18n/use-messages.js';

type Messages = ReturnType<typeof useMessages>;

/** Kinds of cases that the page offers; a case may carry any other code. */
export const CASE_TYPES = [
  'migrant-smuggling',
  'trafficking-in-persons',
  'document-fraud',
  'money-laundering',
] as const;

/**
 * Instruments that the exchange rests on: articles 18 and 27 of the Palermo Convention, and article 10 of its Protocol
 * against the Smuggling of Migrants.
 */
export const LEGAL_BASES = ['UNTOC-18', 'UNTOC-27', 'UNTOC-SMP-10'] as const;

/** What a prosecutor or a cooperation officer opens a thread for, or calls a colleague. */
export const WORK_PURPOSES = [
  'investigation',
  'prosecution',
  'mla-preparation',
  'mla-execution',
  'urgent-protection',
] as const;

export function caseTypeWord(t: Messages, code: string): string {
  const key = `case.type.${code}`;
  return isMessageKey(key) ? t(key) : code;
}

export function legalBasisWord(t: Messages, code: string): string {
  const key = `case.basis.${code}`;
  return isMessageKey(key) ? t(key) : code;
}
