import { isMessageKey } from '../../i18n/messages.js';
import type { useMessages } from '../../i18n/use-messages.js';

type Messages = ReturnType<typeof useMessages>;

/** A fact of an event as people call it; one without a word keeps the name that the event committed to. */
export function factWord(t: Messages, name: string): string {
  const key = `audit.column.${name}`;
  return isMessageKey(key) ? t(key) : name;
}

/** What an act came to. */
export function outcomeWord(t: Messages, outcome: string): string {
  const key = `audit.outcome.${outcome}`;
  return isMessageKey(key) ? t(key) : outcome;
}

/** A code in a column of a question, where people have a word for it. */
export function codeWord(t: Messages, column: string, code: string): string {
  if (column === 'outcome') return outcomeWord(t, code);
  const key = `audit.${column}.${code}`;
  return column === 'mark' && isMessageKey(key) ? t(key) : code;
}

/** Whose events whoever asks may see. */
export function scopeWord(t: Messages, scope: string | null): string {
  const key = `audit.scope.${scope ?? 'own'}`;
  return t(isMessageKey(key) ? key : 'audit.scope.own');
}
