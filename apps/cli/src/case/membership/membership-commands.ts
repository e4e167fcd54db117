import type { Text } from '../../command-line/language.js';
import type { Command } from '../../command-line/verb.js';
import { URL_OPTION } from '../../home/session-home.js';

const text = (es: string, en: string): Text => ({ es, en });

const STATE = { state: { value: 'XX', purpose: text('el Estado', 'the State') } } as const;
const PERSON = { person: { value: 'UUID', purpose: text('la persona', 'the person') } } as const;

/** Which States and which people are in a case. */
export const CASE_MEMBERSHIP: readonly Command[] = [
  {
    words: ['add-state'],
    purpose: text('otro Estado participa desde ahora', 'another State takes part from now on'),
    options: { ...URL_OPTION, ...STATE },
    argument: 'CASE',
    load: () => import('./add-state.js'),
  },
  {
    words: ['remove-state'],
    purpose: text(
      'un Estado que no está en ningún hilo deja de participar',
      'a State that is in no thread takes part no more',
    ),
    options: { ...URL_OPTION, ...STATE },
    argument: 'CASE',
    load: () => import('./remove-state.js'),
  },
  {
    words: ['add-member'],
    purpose: text(
      'alguien es miembro o responsable de un expediente',
      'somebody is a member or steward of a case',
    ),
    options: {
      ...URL_OPTION,
      ...PERSON,
      role: {
        value: 'member|steward',
        purpose: text('lo que será: miembro si no se dice', 'what they will be: member by default'),
      },
    },
    argument: 'CASE',
    load: () => import('./add-member.js'),
  },
  {
    words: ['remove-member'],
    purpose: text('alguien deja de ser miembro', 'somebody is no member any more'),
    options: { ...URL_OPTION, ...PERSON },
    argument: 'CASE',
    load: () => import('./remove-member.js'),
  },
];
