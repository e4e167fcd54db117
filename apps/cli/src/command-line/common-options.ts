import type { OptionTable } from './verb.js';

/** Options that every verb takes. */
export const COMMON_OPTIONS = {
  json: {
    purpose: {
      es: 'resultados y errores como JSON, una línea por objeto',
      en: 'results and errors as JSON, one object a line',
    },
  },
  home: {
    value: 'DIR',
    purpose: {
      es: 'carpeta de este dispositivo (serve y demo no la usan)',
      en: 'folder of this device (serve and demo do not use it)',
    },
  },
  trust: {
    value: 'FILE',
    purpose: {
      es: 'raíces de confianza (serve y demo no las usan)',
      en: 'roots of trust (serve and demo do not use them)',
    },
  },
  lang: {
    value: 'es|en',
    purpose: {
      es: 'idioma; si falta, el de LC_ALL o LANG',
      en: 'language; if missing, that of LC_ALL or LANG',
    },
  },
  help: {
    short: 'h',
    purpose: { es: 'esta ayuda, o la de un verbo', en: 'this help, or that of a verb' },
  },
  version: { purpose: { es: 'la versión', en: 'the version' } },
} as const satisfies OptionTable;
