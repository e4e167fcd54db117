import type { Text } from '../../command-line/language.js';
import type { Command } from '../../command-line/verb.js';

const text = (es: string, en: string): Text => ({ es, en });
const word = (value: string, es: string, en: string) => ({ value, purpose: text(es, en) });

/** What States say of their own law: the facts of the country packs, and the rules that read them. */
export const FACT_COMMANDS: readonly Command[] = [
  {
    words: ['fact', 'propose'],
    purpose: text(
      'firma un dato del propio Estado, o la revisión de una regla; no envía nada',
      'signs a fact of the own State, or the review of a rule; sends nothing',
    ),
    options: {
      path: word('PATH', 'el dato: /countries/XX/languages', 'the fact: /countries/XX/languages'),
      value: word('JSON', 'el valor', 'the value'),
      source: word('TEXT', 'la fuente', 'the source'),
      'source-date': word('YYYY-MM-DD', 'la fecha de la fuente', 'the date of the source'),
      'valid-from': word('YYYY-MM-DD', 'desde cuándo vale', 'from when it holds'),
      'valid-to': word('YYYY-MM-DD', 'hasta cuándo vale', 'until when it holds'),
      'review-by': word('YYYY-MM-DD', 'cuándo revisarlo', 'when to review it'),
      note: word('TEXT', 'una nota', 'a note'),
      out: word('FILE', 'archivo con la firma', 'file with the signature'),
    },
    load: () => import('./propose.js'),
  },
  {
    words: ['fact', 'confirm'],
    purpose: text(
      'firma junto a la primera persona lo que se muestra, y lo entrega',
      'signs beside the first person what is shown, and hands it in',
    ),
    options: {
      in: word('FILE', 'archivo de «fact propose»', 'file of "fact propose"'),
      yes: { purpose: text('sin preguntar', 'without asking') },
    },
    load: () => import('./confirm.js'),
  },
  {
    words: ['fact', 'list'],
    purpose: text(
      'qué confirmaron los Estados, y qué decían los paquetes',
      'what States confirmed, and what the packs said',
    ),
    options: {
      packs: word('PATH', 'otros paquetes que los del programa', 'other packs than the program’s'),
      out: word(
        'FILE',
        'escribe los paquetes confirmados, para «precheck --packs»',
        'writes the confirmed packs, for "precheck --packs"',
      ),
    },
    load: () => import('./list.js'),
  },
];
