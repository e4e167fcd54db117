import type { Handling } from '@enlace/contracts';
import type { Text } from '../../command-line/language.js';

/** What may be done with something of a handling code. */
export const HANDLING = {
  EN0: { es: 'EN0: uso libre en la cooperación.', en: 'EN0: free use in cooperation.' },
  EN1: {
    es: 'EN1: no es prueba antes de una solicitud formal.',
    en: 'EN1: not evidence before a formal request.',
  },
  EN2: {
    es: 'EN2: no se traslada a terceros sin el consentimiento de su autor.',
    en: 'EN2: no onward transfer without the consent of its author.',
  },
  EN3: { es: 'EN3: solo para las personas nombradas.', en: 'EN3: for the named persons only.' },
} as const satisfies Readonly<Record<Handling, Text>>;
