import type { Language } from '../../i18n/language.js';
import type { useMessages } from '../../i18n/use-messages.js';
import type { KnownPerson } from '../../protocol/operations.js';

export type Messages = ReturnType<typeof useMessages>;

/** Name and State of somebody; by the id where the card was erased. */
export function nameOf(t: Messages, person: KnownPerson | null): string {
  const shown = plainName(t, person);
  return person?.isSelf === true ? t('thread.self', { name: shown }) : shown;
}

/** The same within a sentence. */
export function plainName(t: Messages, person: KnownPerson | null): string {
  if (person === null) return t('thread.nobody');
  const { name, personId, state } = person;
  return `${name ?? personId} (${state ?? '–'})`;
}

/** Several, as a sentence lists them. */
export function namesOf(t: Messages, language: Language, persons: readonly KnownPerson[]): string {
  const names = persons.map((person) => plainName(t, person));
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(names);
}
