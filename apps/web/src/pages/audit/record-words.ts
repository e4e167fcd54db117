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
