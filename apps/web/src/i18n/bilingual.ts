import { useLanguage } from './use-messages.js';

/** The side of a text in two languages that the person reads; the mark for nothing where there is none. */
export function useBilingual(): (text: { es: string; en: string } | null) => string {
  const language = useLanguage();
  return (text) => text?.[language === 'es' ? 'es' : 'en'] ?? '–';
}
