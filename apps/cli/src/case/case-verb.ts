import type { Text } from '../command-line/language.js';
import type { Verb } from '../command-line/verb.js';
import { URL_OPTION } from '../home/session-home.js';
import { CASE_MEMBERSHIP } from './membership/membership-commands.js';

const text = (es: string, en: string): Text => ({ es, en });

const BASIS = {
  basis: {
    value: 'CODE',
    purpose: text('por qué, por ejemplo court-order', 'why, such as court-order'),
  },
} as const;
const HOLDING = {
  ...URL_OPTION,
  ...BASIS,
  approval: {
    value: 'FILE',
    purpose: text(
      'aprobación de otra persona, de case approve',
      'approval of another person, from case approve',
    ),
  },
} as const;

const CODES = {
  type: {
    value: 'CODE',
    purpose: text('clase, por ejemplo migrant-smuggling', 'kind, such as migrant-smuggling'),
  },
  'legal-basis': {
    value: 'CODE',
    purpose: text('base jurídica, por ejemplo UNTOC-18', 'legal basis, such as UNTOC-18'),
  },
} as const;

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
        ...CODES,
        with: {
          value: 'XX,XX',
          purpose: text('otros Estados que participan', 'other States that take part'),
        },
      },
      load: () => import('./create.js'),
    },
    ...CASE_MEMBERSHIP,
    {
      words: ['change'],
      purpose: text(
        'cambia los códigos de un expediente, para lo que empiece en él',
        'changes the codes of a case, for what begins in it',
      ),
      options: { ...URL_OPTION, ...CODES },
      argument: 'CASE',
      load: () => import('./change.js'),
    },
    {
      words: ['report'],
      purpose: text(
        'informa a la fiscalía especializada, como enlace',
        'tells the specialised office, as a liaison',
      ),
      options: URL_OPTION,
      argument: 'CASE',
      load: () => import('./report.js'),
    },
    {
      words: ['statistics'],
      purpose: text(
        'cuántos expedientes hay de cada clase, desde cinco',
        'how many cases there are of each kind, from five on',
      ),
      options: URL_OPTION,
      load: () => import('./statistics.js'),
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
    {
      words: ['close'],
      purpose: text(
        'cierra un expediente: no empiezan más hilos',
        'closes a case: no more threads begin',
      ),
      options: URL_OPTION,
      argument: 'CASE',
      load: () => import('./close.js'),
    },
    {
      words: ['reopen'],
      purpose: text('reabre un expediente', 'reopens a case'),
      options: URL_OPTION,
      argument: 'CASE',
      load: () => import('./reopen.js'),
    },
    {
      words: ['hold'],
      purpose: text('retiene un expediente: nada se borra', 'holds a case: nothing is erased'),
      options: HOLDING,
      argument: 'CASE',
      load: () => import('./hold.js'),
    },
    {
      words: ['release'],
      purpose: text('levanta la retención', 'lifts the hold'),
      options: HOLDING,
      argument: 'CASE',
      load: () => import('./release.js'),
    },
    {
      words: ['approve'],
      purpose: text(
        'aprueba, como segunda persona, una retención o que se levante',
        'approves, as second person, a hold or lifting it',
      ),
      options: {
        ...BASIS,
        act: { value: 'hold|release', purpose: text('qué se aprueba', 'what is approved') },
        out: { value: 'FILE', purpose: text('archivo nuevo', 'new file') },
        yes: { purpose: text('sin preguntar', 'without asking') },
      },
      argument: 'CASE',
      load: () => import('./approve.js'),
    },
  ],
};
