import type { Text } from '../command-line/language.js';
import type { Verb } from '../command-line/verb.js';
import { URL_OPTION } from '../home/session-home.js';

const text = (es: string, en: string): Text => ({ es, en });

/** Cases: which States work together on what. */
export const CASE_VERB: Verb = {
  name: 'case',
  purpose: text('expedientes', 'cases'),
  commands: [
    {
      words: ['create'],
      purpose: text('crea un expediente', 'creates a case'),
      options: {
        ...URL_OPTION,
        type: {
          value: 'CODE',
          purpose: text('clase, por ejemplo migrant-smuggling', 'kind, such as migrant-smuggling'),
        },
        'legal-basis': {
          value: 'CODE',
          purpose: text('base jurídica, por ejemplo UNTOC-18', 'legal basis, such as UNTOC-18'),
        },
        with: {
          value: 'XX,XX',
          purpose: text('otros Estados que participan', 'other States that take part'),
        },
      },
      load: () => import('./create.js'),
    },
    {
      words: ['add-state'],
      purpose: text('otro Estado participa desde ahora', 'another State takes part from now on'),
      options: {
        ...URL_OPTION,
        state: { value: 'XX', purpose: text('el Estado', 'the State') },
      },
      argument: 'CASE',
      load: () => import('./add-state.js'),
    },
    {
      words: ['list'],
      purpose: text('lista los expedientes', 'lists the cases'),
      options: URL_OPTION,
      load: () => import('./list.js'),
    },
    {
      words: ['show'],
      purpose: text('muestra un expediente', 'shows a case'),
      options: URL_OPTION,
      argument: 'CASE',
      load: () => import('./show.js'),
    },
  ],
};
