import type { ThreadChange, ThreadStatement } from '@enlace/contracts';
import type { Said, Telling } from './telling.js';

/** What entries do that are not a content, as they are shown; `type` names which. */
interface Effects {
  readonly opened: object;
  readonly committed: { readonly changes: readonly ThreadChange[]; readonly isRemoved: boolean };
  readonly left: object;
  readonly 'access-requested': { readonly statement: ThreadStatement<'access-request'> };
  readonly granted: { readonly statement: ThreadStatement<'grant'> };
  readonly redacted: { readonly statement: ThreadStatement<'redaction'> };
  readonly lifecycle: { readonly statement: ThreadStatement<'lifecycle'> };
  readonly 'record-update': { readonly recordId: string };
  readonly 'record-snapshot': { readonly recordId: string };
}

type ChangeTellers = {
  readonly [Op in ThreadChange['op']]: (
    change: Extract<ThreadChange, { readonly op: Op }>,
    telling: Telling,
  ) => string;
};

const CHANGES: ChangeTellers = {
  invite: ({ invitationId, personId, role, expiresAt }, telling) => {
    telling.remember(invitationId, telling.names(personId));
    return telling.say(
      {
        es: 'Invita a {who} ({role}) hasta {expiresAt}; lee desde aquí.',
        en: 'Invites {who} ({role}) until {expiresAt}, who reads from here on.',
      },
      { who: telling.names(personId), role: telling.word(role), expiresAt },
    );
  },
  withdraw: ({ invitationId }, telling) =>
    telling.say(
      { es: 'Retira la invitación de {who}.', en: 'Takes back the invitation of {who}.' },
      { who: telling.subject(invitationId) },
    ),
  lapse: ({ invitationId }, telling) =>
    telling.say(
      { es: 'Venció la invitación de {who}.', en: 'The invitation of {who} has ended.' },
      { who: telling.subject(invitationId) },
    ),
  join: (_, telling) => telling.say({ es: 'Entra en el hilo.', en: 'Joins the thread.' }),
  device: (_, telling) =>
    telling.say({ es: 'Entra con otro dispositivo.', en: 'Comes in with a further device.' }),
  remove: ({ personId, deviceIds, cause }, telling) =>
    personId === null
      ? telling.say(
          {
            es: 'Retira dispositivos: {count} ({cause}).',
            en: 'Removes devices: {count} ({cause}).',
          },
          { count: deviceIds.length, cause: telling.word(cause) },
        )
      : telling.say(
          {
            es: 'Ya no está en el hilo: {who} ({cause}); no lee lo que sigue.',
            en: 'No longer in the thread: {who} ({cause}), who reads nothing after this.',
          },
          { who: telling.names(personId), cause: telling.word(cause) },
        ),
  role: ({ personId, role }, telling) =>
    telling.say(
      { es: '{who} es ahora {role}.', en: '{who} is now a {role}.' },
      { who: telling.names(personId), role: telling.word(role) },
    ),
  policy: ({ policy: { states, level, handlingFloor } }, telling) =>
    telling.say(
      {
        es: 'Cambia las reglas del hilo: Estados {states}, nivel {level}, código mínimo {handlingFloor}.',
        en: 'Changes the rules of the thread: States {states}, level {level}, least code {handlingFloor}.',
      },
      { states: states.join(', '), level, handlingFloor },
    ),
};

const LIFECYCLE = {
  close: { es: 'Cierra el hilo', en: 'Closes the thread' },
  retain: {
    es: 'Cambia hasta cuándo se conserva el hilo',
    en: 'Changes until when the thread is kept',
  },
  hold: { es: 'Retiene el hilo: nada se borra', en: 'Holds the thread: nothing is erased' },
  release: { es: 'Levanta la retención', en: 'Lifts the hold' },
  shred: { es: 'Destruye las llaves y el contenido', en: 'Destroys keys and content' },
} as const;

export const EFFECTS: {
  readonly [Type in keyof Effects]: (effect: Effects[Type], telling: Telling) => Said;
} = {
  opened: (_, telling) => [telling.say({ es: 'Abre el hilo.', en: 'Opens the thread.' })],
  committed: ({ changes, isRemoved }, telling) => [
    ...(changes.length === 0
      ? [telling.say({ es: 'Renueva las llaves.', en: 'Renews the keys.' })]
      : changes.map((change) => changeLine(change, telling))),
    ...(isRemoved
      ? [
          telling.say({
            es: 'Este dispositivo ya no está en el hilo.',
            en: 'This device is no longer in the thread.',
          }),
        ]
      : []),
  ],
  left: (_, telling) => [telling.say({ es: 'Sale del hilo.', en: 'Leaves the thread.' })],
  'access-requested': ({ statement: { reason } }, telling) => [
    telling.say(
      {
        es: 'Pide la llave del momento: {reason}.',
        en: 'Asks for the key of the moment: {reason}.',
      },
      { reason: telling.word(reason) },
    ),
  ],
  granted: ({ statement: { toPersonId, fromSeq, toSeq, basis } }, telling) => [
    telling.say(
      {
        es: 'Da a {who} las llaves de las entradas {fromSeq} a {toSeq} ({basis}).',
        en: 'Gives {who} the keys of the entries {fromSeq} to {toSeq} ({basis}).',
      },
      { who: telling.names(toPersonId), fromSeq, toSeq, basis: telling.word(basis) },
    ),
  ],
  redacted: ({ statement: { targets, reason } }, telling) => [
    telling.say(
      {
        es: 'Borra el contenido de las entradas {places}: {reason}.',
        en: 'Erases the content of the entries {places}: {reason}.',
      },
      { places: telling.places(targets), reason: telling.word(reason) },
    ),
  ],
  lifecycle: ({ statement: { action, basis, until } }, telling) => [
    telling.say(
      { es: '{what}{until}. Fundamento: {basis}.', en: '{what}{until}. Basis: {basis}.' },
      {
        what: telling.say(LIFECYCLE[action]),
        until:
          until === undefined
            ? ''
            : telling.say({ es: ', hasta {until}', en: ', until {until}' }, { until }),
        basis: telling.word(basis),
      },
    ),
  ],
  'record-update': ({ recordId }, telling) => [
    telling.say(
      { es: 'Edita el documento {title}.', en: 'Edits the record {title}.' },
      { title: telling.subject(recordId) },
    ),
  ],
  'record-snapshot': ({ recordId }, telling) => [
    telling.say(
      { es: 'Guarda el documento {title} como está.', en: 'Saves the record {title} as it is.' },
      { title: telling.subject(recordId) },
    ),
  ],
};

function changeLine(change: ThreadChange, telling: Telling): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table has for each op the words for its changes
  const tell = CHANGES[change.op] as (change: ThreadChange, telling: Telling) => string;
  return tell(change, telling);
}
