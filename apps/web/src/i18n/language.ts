/** Languages with a catalogue. `fr` is prepared: what it lacks is shown in English. */
export const LANGUAGES = ['es', 'en', 'fr'] as const;
/** Languages that are complete, and so offered. */
export const OFFERED_LANGUAGES = ['es', 'en'] as const satisfies readonly Language[];

export type Language = (typeof LANGUAGES)[number];

const STORAGE_KEY = 'enlace.language';

/**
 * The language chosen before, else the first offered one among those the browser prefers, else Spanish. Both
 * arguments may hold anything: they are not ours.
 */
export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  const chosen = LANGUAGES.find((language) => language === stored);
  if (chosen) return chosen;
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-')[0];
    const offered = OFFERED_LANGUAGES.find((language) => language === base);
    if (offered) return offered;
  }
  return 'es';
}

/** Storage that the browser refuses (blocked site data) leaves the choice to this visit. */
export function readStoredLanguage(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

export function storeLanguage(language: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // the choice lasts until the page is closed
  }
}
