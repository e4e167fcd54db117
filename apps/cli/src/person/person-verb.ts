import type { Text } from '../command-line/language.js';
import type { OptionTable, Verb } from '../command-line/verb.js';

const text = (es: string, en: string): Text => ({ es, en });

const KEY = {
  key: { value: 'FILE', purpose: text('la llave del registrador', "the registrar's key") },
} as const satisfies OptionTable;

const YES = { yes: { purpose: text('sin preguntar', 'without asking') } } as const;

const FOUNDING = {
  founding: {
    purpose: text(
      'mientras nadie del Estado puede iniciar sesión: firma la llave sola',
      'while nobody of the State can sign in: the key alone speaks',
    ),
  },
  server: {
    value: 'URL',
    purpose: text('el servidor, con --founding', 'the server, with --founding'),
  },
  out: {
    value: 'FILE',
    purpose: text('archivo nuevo para el otro registrador', 'new file for the other registrar'),
  },
} as const satisfies OptionTable;

const TRAVELLING = {
  in: { value: 'FILE', purpose: text('lo que firmó el otro', 'what the other has signed') },
  claim: {
    value: 'FILE',
    purpose: text(
      'el reclamo de la persona, con --founding',
      "the person's claim, with --founding",
    ),
  },
} as const satisfies OptionTable;

const INVITATION = {
  invitation: { value: 'UUID', purpose: text('la invitación', 'the invitation') },
} as const satisfies OptionTable;

const PERSON = {
  person: { value: 'UUID', purpose: text('la persona', 'the person') },
} as const satisfies OptionTable;

const CONTENT = {
  office: { value: 'UUID', purpose: text('la oficina', 'the office') },
  roles: { value: 'ROLES', purpose: text('roles, con comas', 'roles, with commas') },
} as const satisfies OptionTable;

/** What registrars do with the people of their State. */
export const PERSON_VERB: Verb = {
  name: 'person',
  purpose: text('el registro de personas de un Estado', "a State's people"),
  commands: [
    {
      words: ['invite'],
      purpose: text('invita a una persona', 'invites a person'),
      options: {
        ...KEY,
        ...PERSON,
        ...CONTENT,
        ...FOUNDING,
        'audit-scope': { value: 'SCOPE', purpose: text('de auditores', 'of auditors') },
        name: { value: 'TEXT', purpose: text('nombre de la persona', "the person's name") },
        'title-es': { value: 'TEXT', purpose: text('cargo en español', 'title in Spanish') },
        'title-en': { value: 'TEXT', purpose: text('cargo en inglés', 'title in English') },
        paper: {
          value: 'FILE',
          purpose: text(
            'la invitación con su código, en vez de la pantalla',
            'the invitation with its code, instead of the screen',
          ),
        },
      },
      load: () => import('./invite.js'),
    },
    {
      words: ['approve'],
      purpose: text('aprueba como segundo registrador', 'approves as the second registrar'),
      options: { ...KEY, ...INVITATION, ...FOUNDING, ...TRAVELLING, ...YES },
      load: () => import('./approve.js'),
    },
    {
      words: ['reentry'],
      purpose: text(
        'código de reingreso: el primero lo hace, el segundo lo aprueba (--in)',
        'a re-entry code: the first one makes it, the second one approves it (--in)',
      ),
      options: {
        ...KEY,
        ...PERSON,
        ...YES,
        in: TRAVELLING.in,
        out: FOUNDING.out,
        paper: {
          value: 'FILE',
          purpose: text(
            'la invitación con su código, en vez de la pantalla',
            'the invitation with its code, instead of the screen',
          ),
        },
      },
      load: () => import('./reentry.js'),
    },
    {
      words: ['certify'],
      purpose: text('certifica a una persona', 'certifies a person'),
      options: {
        ...KEY,
        ...INVITATION,
        ...FOUNDING,
        ...TRAVELLING,
        ...YES,
        digits: {
          value: 'DIGITS',
          purpose: text('los que la persona lee', 'those that the person reads'),
        },
      },
      load: () => import('./certify.js'),
    },
    {
      words: ['revoke'],
      purpose: text('revoca o suspende a una persona', 'revokes or suspends a person'),
      options: {
        ...KEY,
        ...PERSON,
        ...YES,
        reason: {
          value: 'REASON',
          purpose: text(
            'lost, compromised, suspended, left…',
            'lost, compromised, suspended, left…',
          ),
        },
      },
      load: () => import('./revoke.js'),
    },
    {
      words: ['reinstate'],
      purpose: text('restituye, renueva o cambia roles', 'reinstates, renews or changes roles'),
      options: { ...KEY, ...PERSON, ...CONTENT, ...YES, in: TRAVELLING.in, out: FOUNDING.out },
      load: () => import('./reinstate.js'),
    },
    {
      words: ['cancel'],
      purpose: text('retira una invitación', 'withdraws an invitation'),
      options: { ...KEY, ...INVITATION },
      load: () => import('./cancel.js'),
    },
    {
      words: ['list'],
      purpose: text('lista personas e invitaciones', 'lists people and invitations'),
      options: {},
      load: () => import('./list.js'),
    },
  ],
};
