import { useCallback, useSyncExternalStore } from 'react';

import { chooseLanguage, readStoredLanguage, storeLanguage, type Language } from './language.js';
import { formatMessage, type MessageArguments, type MessageKey } from './messages.js';

let current = chooseLanguage(readStoredLanguage(), navigator.languages);
const listeners = new Set<() => void>();
document.documentElement.lang = current;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setLanguage(language: Language): void {
  if (language === current) return;
  current = language;
  document.documentElement.lang = language;
  storeLanguage(language);
  for (const listener of listeners) listener();
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => current);
}

/** The translator of the language in use; the component renders again when it changes. */
export function useMessages(): (key: MessageKey, args?: MessageArguments) => string {
  const language = useLanguage();
  return useCallback((key, args) => formatMessage(language, key, args), [language]);
}
