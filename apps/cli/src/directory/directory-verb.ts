import type { Text } from '../command-line/language.js';
import type { Verb } from '../command-line/verb.js';
import { CONTACT_COMMANDS } from './contact/contact-commands.js';
import { FACT_COMMANDS } from './fact/fact-commands.js';

const text = (es: string, en: string): Text => ({ es, en });

/** The directory as this home holds it. */
export const DIRECTORY_VERB: Verb = {
  name: 'directory',
  purpose: text('el directorio replicado', 'the replicated directory'),
  commands: [
    {
      words: ['list'],
      purpose: text('lista las declaraciones', 'lists the statements'),
      options: {
        type: { value: 'TYPE', purpose: text('solo de este tipo', 'of this type only') },
        state: { value: 'XX', purpose: text('solo de este Estado', 'of this State only') },
      },
      load: () => import('./list.js'),
    },
    {
      words: ['show'],
      purpose: text('muestra una declaración', 'shows one statement'),
      options: {},
      argument: 'STATEMENT',
      load: () => import('./show.js'),
    },
    {
      words: ['verify'],
      purpose: text(
        'verifica el directorio y sus pruebas',
        'verifies the directory and its proofs',
      ),
      options: {},
      load: () => import('./verify.js'),
    },
    {
      words: ['copy'],
      purpose: text(
        'escribe todas las declaraciones para un servidor que perdió las suyas',
        'writes all statements for a server that lost its own',
      ),
      options: { out: { value: 'FILE', purpose: text('archivo nuevo', 'new file') } },
      load: () => import('./copy.js'),
    },
    ...CONTACT_COMMANDS,
    ...FACT_COMMANDS,
  ],
};

/** Who this home is. */
export const WHOAMI_VERB: Verb = {
  name: 'whoami',
  purpose: text('quién es este dispositivo y quién responde', 'who this home is'),
  commands: [
    {
      words: [],
      purpose: text(
        'muestra persona, dispositivo y certificados',
        'shows person, device, certificates',
      ),
      options: {},
      load: () => import('./whoami.js'),
    },
  ],
};
