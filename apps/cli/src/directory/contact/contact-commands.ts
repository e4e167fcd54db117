import type { Text } from '../../command-line/language.js';
import type { Command } from '../../command-line/verb.js';

const text = (es: string, en: string): Text => ({ es, en });
const contact = { value: 'UUID', purpose: text('el contacto', 'the contact') };
const yes = { purpose: text('sin preguntar', 'without asking') };
const word = (value: string, es: string, en: string) => ({ value, purpose: text(es, en) });

/** Whom to call in an office, as its State vouches for it. */
export const CONTACT_COMMANDS: readonly Command[] = [
  {
    words: ['contact', 'propose'],
    purpose: text('propone un contacto de la oficina', 'proposes a contact of the office'),
    options: {
      contact: word('UUID', 'uno que ya existe', 'one that exists already'),
      office: word('UUID', 'la oficina', 'the office'),
      person: word(
        'UUID',
        'la persona; si falta, la oficina',
        'the person; if missing, the office',
      ),
      duties: word('DUTY,…', 'sus funciones', 'what it is for'),
      name: word('NAME', 'el nombre', 'the name'),
      'function-es': word('TEXT', 'el cargo, en español', 'the function, in Spanish'),
      'function-en': word('TEXT', 'el cargo, en inglés', 'the function, in English'),
      languages: word('es,en', 'los idiomas', 'the languages'),
      phone: word('NUMBER', 'el teléfono', 'the telephone'),
      email: word('ADDRESS', 'el correo', 'the mail'),
      hours: word('TEXT', 'el horario', 'the hours'),
      substitute: word('TEXT', 'quien suple', 'the substitute'),
    },
    load: () => import('./propose.js'),
  },
  {
    words: ['contact', 'list'],
    purpose: text('lista las propuestas del Estado', 'lists the proposals of the State'),
    options: {},
    load: () => import('./list.js'),
  },
  {
    words: ['contact', 'approve'],
    purpose: text('la Cancillería aprueba un contacto', 'the foreign ministry approves a contact'),
    options: { contact, yes },
    load: () => import('./approve.js'),
  },
  {
    words: ['contact', 'reject'],
    purpose: text('la Cancillería rechaza un contacto', 'the foreign ministry rejects a contact'),
    options: {
      contact,
      reason: word('TEXT', 'por qué; el servidor lo lee', 'why; the server reads it'),
      yes,
    },
    load: () => import('./reject.js'),
  },
  {
    words: ['contact', 'confirm'],
    purpose: text('confirma un contacto para el trimestre', 'confirms a contact for the quarter'),
    options: { contact },
    load: () => import('./confirm.js'),
  },
];
