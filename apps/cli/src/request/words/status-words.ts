import type { RequestShown } from '@enlace/contracts';
import type { Text } from '../../command-line/language.js';

/** Where a request stands, as a person reads it. */
export const STATUSES: Readonly<Record<RequestShown['status'], Text>> = {
  draft: { es: 'borrador', en: 'draft' },
  shared: { es: 'compartida', en: 'shared' },
  opinion: { es: 'con opinión', en: 'opinion given' },
  frozen: { es: 'congelada', en: 'frozen' },
  exported: { es: 'exportada', en: 'exported' },
  formalised: { es: 'formalizada', en: 'formalised' },
  received: { es: 'recibida', en: 'received' },
  executing: { es: 'en ejecución', en: 'executing' },
  postponed: { es: 'aplazada', en: 'postponed' },
  executed: { es: 'ejecutada', en: 'executed' },
  refused: { es: 'denegada', en: 'refused' },
  withdrawn: { es: 'retirada', en: 'withdrawn' },
};

/** How much of a request was executed. */
export const EXTENTS = {
  whole: { es: 'entera', en: 'the whole of it' },
  part: { es: 'en parte', en: 'in part' },
} as const satisfies Readonly<Record<string, Text>>;
