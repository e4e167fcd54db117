import type { Text } from '../../command-line/language.js';
import type { Verb } from '../../command-line/verb.js';
import { URL_OPTION } from '../../home/session-home.js';

const text = (es: string, en: string): Text => ({ es, en });

const THREAD_OPTION = {
  thread: { value: 'UUID', purpose: text('el hilo del borrador', 'the thread of the draft') },
};

/** An entry of another State. */
export const ENTRY_OPTIONS = {
  from: {
    value: 'UUID',
    purpose: text('el hilo en que está la entrada', 'the thread that the entry is in'),
  },
  entry: { value: 'SEQ', purpose: text('la entrada', 'the entry') },
};

/** What a draft rests on: entries of other States, under the conditions of those States. */
export const SOURCE_COMMANDS: Verb['commands'] = [
  {
    words: ['source'],
    argument: 'ID',
    purpose: text(
      'cita una entrada de otro Estado con sus condiciones, o las pone al día (1: falta su consentimiento)',
      'cites an entry of another State with its conditions, or brings them up to date (1: its consent is missing)',
    ),
    options: {
      ...URL_OPTION,
      ...THREAD_OPTION,
      ...ENTRY_OPTIONS,
      paragraphs: {
        value: 'N,N',
        purpose: text('los párrafos de hechos que se apoyan en ella', 'the facts that rest on it'),
      },
    },
    load: () => import('./cite.js'),
  },
  {
    words: ['notice'],
    argument: 'ID',
    purpose: text(
      'avisa al Estado emisor antes de revelar lo que favorece a un acusado (1: hubo que pedir consentimiento)',
      'tells the sending State before what speaks for an accused is disclosed (1: its consent was asked for)',
    ),
    options: {
      ...URL_OPTION,
      ...THREAD_OPTION,
      source: { value: 'ID', purpose: text('la fuente del borrador', 'the source of the draft') },
      with: {
        value: 'UUID',
        purpose: text(
          'el hilo con ese Estado, si la fuente no es una entrada',
          'the thread with that State, where the source is no entry',
        ),
      },
      reason: {
        value: 'TEXT',
        purpose: text('qué se revela, a quién y cuándo', 'what is disclosed, to whom and when'),
      },
    },
    load: () => import('./notice.js'),
  },
];
