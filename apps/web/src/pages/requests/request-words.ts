import type { Language as MlaLanguage } from '@enlace/mla';

import { useLanguage } from '../../i18n/use-messages.js';

/** The language of the texts of the check: those that its library has. */
export function useMlaLanguage(): MlaLanguage {
  return useLanguage() === 'es' ? 'es' : 'en';
}

/** The element of a place in the form. */
export function elementId(path: string): string {
  return `at${path}`;
}
