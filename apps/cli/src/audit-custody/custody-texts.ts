import type { Text } from '../command-line/language.js';

/** What can be wrong with the custody of a file, by code. */
export const CUSTODY_TEXTS = {
  'custody.not-sender': {
    es: 'El archivo lo envió otra persona: solo quien lo envió lo sella.',
    en: 'Somebody else sent the file: only whoever sent it seals it.',
  },
  'custody.not-party': {
    es: 'Usted ni selló ese archivo ni lo recibió en custodia.',
    en: 'You neither sealed that file nor took it over.',
  },
  'custody.not-holder': {
    es: 'La custodia la tiene otra persona: solo ella la entrega.',
    en: 'Somebody else holds it: only they hand it over.',
  },
  'custody.not-member': {
    es: 'La custodia pasa a otra persona que esté en el hilo («enlace thread members»).',
    en: 'Custody goes to another person who is in the thread ("enlace thread members").',
  },
  'custody.not-offered': {
    es: 'Quien tiene ese archivo no le ofrece su custodia.',
    en: 'Whoever holds that file does not offer its custody to you.',
  },
  'custody.unwitnessed': {
    es: 'A la prueba de quien entrega le faltan testigos: pida que la ofrezca de nuevo.',
    en: 'The proof of whoever gives lacks witnesses: ask for another offer.',
  },
  'custody.erased': {
    es: 'Del evento se borró una parte: ya no hay constancia.',
    en: 'A part of the event was erased: there is no receipt any more.',
  },
} as const satisfies Readonly<Record<string, Text>>;
