import { IntlMessageFormat } from 'intl-messageformat';

import en from './en.json' with { type: 'json' };
import es from './es.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };
import type { Language } from './language.js';

export type MessageKey = keyof typeof es;
export type MessageArguments = Readonly<Record<string, string | number>>;
type Catalogue = Readonly<Record<MessageKey, string>>;

const CATALOGUES = {
  es,
  en,
  fr: { ...en, ...fr },
} satisfies Record<Language, Catalogue>;

const formats = new Map<string, IntlMessageFormat>();

/**
 * The message in that language; plain text, never markup. Throws when an argument that the message names is missing.
 */
export function formatMessage(
  language: Language,
  key: MessageKey,
  args: MessageArguments = {},
): string {
  const id = `${language}/${key}`;
  let format = formats.get(id);
  if (!format) {
    format = new IntlMessageFormat(CATALOGUES[language][key], language, undefined, {
      ignoreTag: true,
    });
    formats.set(id, format);
  }
  return String(format.format({ ...args }));
}

export function isMessageKey(text: string): text is MessageKey {
  return Object.hasOwn(es, text);
}
