import type { Text } from '../../command-line/language.js';
import type { OptionTable, Verb } from '../../command-line/verb.js';
import { URL_OPTION } from '../../home/session-home.js';

const text = (es: string, en: string): Text => ({ es, en });

const BASIS = {
  basis: {
    value: 'CODE',
    purpose: text('fundamento: court-order, case-closed…', 'basis: court-order, case-closed…'),
  },
  yes: { purpose: text('sin preguntar', 'without asking') },
} as const satisfies OptionTable;
const UNTIL = {
  until: {
    value: 'DAY',
    purpose: text('hasta qué día: 2030-12-31', 'up to which day: 2030-12-31'),
  },
} as const satisfies OptionTable;
const BY_TWO = {
  ...URL_OPTION,
  ...BASIS,
  approval: {
    value: 'FILE',
    purpose: text('la aprobación de otra persona', 'the approval of another person'),
  },
} as const satisfies OptionTable;

/** What becomes of a thread: closed by a steward, everything else by two persons. */
export const LIFE_COMMANDS: Verb['commands'] = [
  {
    words: ['close'],
    purpose: text('cierra un hilo: nadie escribe más', 'closes a thread: nobody writes any more'),
    options: { ...URL_OPTION, ...BASIS },
    argument: 'THREAD',
    load: () => import('./close.js'),
  },
  {
    words: ['retain'],
    purpose: text('cambia hasta cuándo se conserva', 'changes until when it is kept'),
    options: { ...BY_TWO, ...UNTIL },
    argument: 'THREAD',
    load: () => import('./retain.js'),
  },
  {
    words: ['hold'],
    purpose: text('retiene un hilo: nada se borra', 'holds a thread: nothing is erased'),
    options: BY_TWO,
    argument: 'THREAD',
    load: () => import('./hold.js'),
  },
  {
    words: ['release'],
    purpose: text('levanta la retención', 'lifts the hold'),
    options: BY_TWO,
    argument: 'THREAD',
    load: () => import('./release.js'),
  },
  {
    words: ['shred'],
    purpose: text('destruye el contenido de un hilo', 'destroys the content of a thread'),
    options: BY_TWO,
    argument: 'THREAD',
    load: () => import('./shred.js'),
  },
  {
    words: ['approve'],
    purpose: text(
      'aprueba, como segunda persona, uno de estos actos',
      'approves, as second person, one of these acts',
    ),
    options: {
      ...BASIS,
      ...UNTIL,
      act: {
        value: 'retain|hold|release|shred',
        purpose: text('qué se aprueba', 'what is approved'),
      },
      out: { value: 'FILE', purpose: text('archivo nuevo', 'new file') },
    },
    argument: 'THREAD',
    load: () => import('./approve.js'),
  },
];
