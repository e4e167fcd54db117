/** The languages of the command line; Spanish is the first and the default. */
export const LANGUAGES = ['es', 'en'] as const;

export type Language = (typeof LANGUAGES)[number];

/** One text in every language. */
export type Text = Readonly<Record<Language, string>>;

export function isLanguage(value: string): value is Language {
  return LANGUAGES.some((language) => language === value);
}

/**
 * The language of a person's locale, in the order of POSIX: `LC_ALL`, `LC_MESSAGES`, `LANG`; the first one set
 * decides. English for English locales, Spanish for every other, `C` and "none" included.
 */
export function languageOfLocale(environment: NodeJS.ProcessEnv): Language {
  const locale = [environment['LC_ALL'], environment['LC_MESSAGES'], environment['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  return /^en([_.@-]|$)/i.test(locale ?? '') ? 'en' : 'es';
}
