import { codeWords, type Language as MlaLanguage } from '@enlace/mla';

import { useLanguage } from '../../i18n/use-messages.js';

/** The language of the texts of the check: those that its library has. */
export function useMlaLanguage(): MlaLanguage {
  return useLanguage() === 'es' ? 'es' : 'en';
}

/** The element of a place in the form. */
export function elementId(path: string): string {
  return `at${path}`;
}

/** Never a name of a person: lists of persons go by ids and roles. */
export function labelOfItem(item: unknown, at: number, language: MlaLanguage): string {
  const said: Readonly<Record<string, unknown>> =
    typeof item === 'object' && item !== null ? { ...item } : {};
  const { id, code: own, n, label, type, kind, instrument, title, place, reference, ref } = said;
  const code = [type, kind, instrument].find((one) => typeof one === 'string');
  const words = [
    id ?? own ?? n ?? at + 1,
    typeof code === 'string' ? codeWords('', code)[language] : undefined,
    label ?? title ?? place ?? reference ?? ref,
  ];
  return words
    .flatMap((word) => (typeof word === 'string' || typeof word === 'number' ? [word] : []))
    .join(' · ');
}
