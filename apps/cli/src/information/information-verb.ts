import type { Text } from '../command-line/language.js';
import type { Verb } from '../command-line/verb.js';
import { URL_OPTION } from '../home/session-home.js';

const text = (es: string, en: string): Text => ({ es, en });

const HANDLING = {
  handling: { value: 'EN0..EN2', purpose: text('código de uso (EN1)', 'handling code (EN1)') },
};
const FILE = {
  file: { value: 'FILE', purpose: text('archivo JSON, en vez de texto', 'JSON file, not a text') },
};
const TEXT = { text: { value: 'TEXT', purpose: text('lo que se dice', 'what is said') } };

/** What focal points ask and tell each other before anything is formal. */
export const INFORMATION_VERB: Verb = {
  name: 'info',
  purpose: text(
    'información entre puntos focales, antes de toda solicitud formal',
    'information between focal points, before any formal request',
  ),
  commands: [
    {
      words: ['ask'],
      argument: 'THREAD',
      purpose: text(
        'pregunta a los puntos focales de un Estado que están en el hilo (2: nombra a personas protegidas)',
        'asks the focal points of a State who are in the thread (2: it names protected persons)',
      ),
      options: {
        ...URL_OPTION,
        of: { value: 'XX', purpose: text('el Estado preguntado', 'the State that is asked') },
        to: {
          value: 'UUID,UUID',
          purpose: text('esas personas, en vez de los puntos focales', 'these persons instead'),
        },
        question: { value: 'TEXT', purpose: text('la pregunta', 'the question') },
        route: {
          value: 'origin|transit|destination',
          purpose: text(
            'qué es ese Estado en la ruta: origen, tránsito o destino',
            'what that State is on the route: origin, transit or destination',
          ),
        },
        subjects: {
          value: 'TEXT,TEXT',
          purpose: text(
            'sobre quién: códigos (P-1) o identificadores, nunca nombres de personas protegidas',
            'about whom: codes (P-1) or identifiers, never names of protected persons',
          ),
        },
        'needed-by': { value: 'YYYY-MM-DD', purpose: text('para cuándo', 'by when') },
        urgency: {
          value: 'routine|urgent|immediate',
          purpose: text('urgencia (routine)', 'urgency (routine)'),
        },
        purpose: {
          value: 'CODE',
          purpose: text('finalidad (investigation)', 'purpose (investigation)'),
        },
        ...FILE,
        ...HANDLING,
      },
      load: () => import('./ask.js'),
    },
    {
      words: ['answer'],
      argument: 'THREAD',
      purpose: text(
        'responde a lo que se le preguntó (2: nombra a personas protegidas)',
        'answers what was asked (2: it names protected persons)',
      ),
      options: {
        ...URL_OPTION,
        request: { value: 'UUID', purpose: text('la pregunta', 'the request') },
        ...TEXT,
        number: {
          value: 'N',
          purpose: text('a qué pregunta responde (1)', 'which question it answers (1)'),
        },
        certainty: {
          value: 'certain|likely|unknown',
          purpose: text('con qué certeza (certain)', 'how certain it is (certain)'),
        },
        decline: { value: 'TEXT', purpose: text('por qué no responde', 'why there is no answer') },
        ...FILE,
        ...HANDLING,
      },
      load: () => import('./answer.js'),
    },
    {
      words: ['tell'],
      argument: 'THREAD',
      purpose: text(
        'informa sin que se lo pidan (2: nombra a personas protegidas)',
        'tells without being asked (2: it names protected persons)',
      ),
      options: {
        ...URL_OPTION,
        ...TEXT,
        concerns: {
          value: 'XX,XX',
          purpose: text('los Estados a los que toca', 'the States that it concerns'),
        },
        restrictions: {
          value: 'TEXT',
          purpose: text('qué se pide no hacer con ello', 'what is asked not to be done with it'),
        },
        exculpatory: { purpose: text('habla a favor de un acusado', 'it speaks for an accused') },
        expires: { value: 'YYYY-MM-DD', purpose: text('hasta cuándo vale', 'until when it holds') },
        ...HANDLING,
      },
      load: () => import('./tell.js'),
    },
    {
      words: ['ask-consent'],
      argument: 'THREAD',
      purpose: text(
        'pide al Estado que escribió una entrada poder citarla como prueba, o pasarla a otro',
        'asks the State that wrote an entry to let it be cited as evidence, or go on to another one',
      ),
      options: {
        ...URL_OPTION,
        entry: { value: 'SEQ', purpose: text('la entrada', 'the entry') },
        onward: {
          value: 'XX',
          purpose: text('que pase a ese Estado', 'that it may go on to that State'),
        },
        reason: { value: 'TEXT', purpose: text('para qué', 'what for') },
      },
      load: () => import('./ask-consent.js'),
    },
    {
      words: ['consent'],
      argument: 'THREAD',
      purpose: text(
        'consiente, por el Estado que escribió la entrada, lo que se pidió; o no',
        'consents, for the State that wrote the entry, to what was asked; or does not',
      ),
      options: {
        ...URL_OPTION,
        ask: { value: 'SEQ', purpose: text('la entrada que lo pide', 'the entry that asks') },
        conditions: { value: 'TEXT', purpose: text('bajo qué condiciones', 'on what conditions') },
        expires: { value: 'YYYY-MM-DD', purpose: text('hasta cuándo', 'until when') },
        refuse: {
          value: 'TEXT',
          purpose: text(
            'por qué no; retira también lo consentido',
            'why not; takes back a consent too',
          ),
        },
      },
      load: () => import('./consent.js'),
    },
    {
      words: ['list'],
      argument: '[THREAD]',
      purpose: text(
        'lo preguntado y lo informado, con su plazo; si falta el hilo, en todos',
        'what was asked and told, with its clock; in all threads if none is named',
      ),
      options: URL_OPTION,
      load: () => import('./list.js'),
    },
    {
      words: ['focal-points'],
      argument: 'STATE',
      purpose: text('quién responde por un Estado', 'who answers for a State'),
      options: URL_OPTION,
      load: () => import('./focal-points.js'),
    },
  ],
};
