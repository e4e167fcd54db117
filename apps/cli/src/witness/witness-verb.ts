import type { Text } from '../command-line/language.js';
import type { OptionTable, Verb } from '../command-line/verb.js';

const text = (es: string, en: string): Text => ({ es, en });

const FOLDER = {
  in: { value: 'DIR', purpose: text('la carpeta del testigo', 'the folder of the witness') },
} as const satisfies OptionTable;

const SOURCE = {
  ...FOLDER,
  state: { value: 'CC', purpose: text('el Estado del testigo', 'the State of the witness') },
  url: { value: 'URL', purpose: text('el servidor', 'the server') },
  'token-file': {
    value: 'FILE',
    purpose: text('el código que dio un registrador', 'the token that a registrar gave'),
  },
} as const satisfies OptionTable;

const ONCE = {
  once: { purpose: text('una sola ronda', 'one round only') },
} as const satisfies OptionTable;

/** The witness of a State: it cosigns a log that only grows, and keeps the proof of one that does not. */
export const WITNESS_VERB: Verb = {
  name: 'witness',
  purpose: text('el testigo de un Estado', "a State's witness"),
  commands: [
    {
      words: ['init'],
      purpose: text('crea la llave del testigo', 'creates the key of the witness'),
      options: {
        name: {
          value: 'NAME',
          purpose: text('witness.ejemplo.cr/enlace', 'witness.example.cr/enlace'),
        },
        out: { value: 'DIR', purpose: text('carpeta nueva', 'new folder') },
      },
      load: () => import('./init.js'),
    },
    {
      words: ['serve'],
      purpose: text('cofirma a petición', 'cosigns on request'),
      options: {
        ...SOURCE,
        founding: {
          purpose: text(
            'sin leer las declaraciones, mientras nadie puede dar un código',
            'without reading the statements, while nobody can give a token',
          ),
        },
        host: { value: 'IP', purpose: text('dirección (127.0.0.1)', 'address (127.0.0.1)') },
        port: { value: 'N', purpose: text('puerto (uno libre)', 'port (a free one)') },
      },
      load: () => import('./serve.js'),
    },
    {
      words: ['poll'],
      purpose: text('consulta y cofirma (2: vista dividida)', 'polls and cosigns (2: split view)'),
      options: { ...SOURCE, ...ONCE },
      load: () => import('./poll.js'),
    },
    {
      words: ['monitor'],
      purpose: text(
        'consulta y recalcula todo el registro (como audit verify)',
        'polls and rebuilds the whole log (as audit verify)',
      ),
      options: {
        ...SOURCE,
        ...ONCE,
        policy: {
          value: 'FILE',
          purpose: text('testigos y quórum propios', 'own witnesses and quorum'),
        },
      },
      load: () => import('./monitor.js'),
    },
  ],
};
