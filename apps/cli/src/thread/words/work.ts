import { readAsking } from '@enlace/client';
import type { Content } from '@enlace/e2ee';
import { isDomainError } from '@enlace/kernel';
import { readCustodyTransfer, type ReadTransfer } from '@enlace/trust';
import { linesOfAsked } from '../../request/words/asked-words.js';
import { EXTENTS, STATUSES } from '../../request/words/status-words.js';
import type { Tellers } from './talk.js';
import type { Said, Telling } from './telling.js';

type TalkType =
  | 'thread.meta'
  | 'text'
  | 'edit'
  | 'withdraw'
  | 'mark'
  | 'ack.request'
  | 'ack.given'
  | 'read'
  | 'verified';
type Frozen = Pick<Extract<Content, { readonly type: 'record.sign' }>, 'recordId' | 'version'>;

const frozen = ({ recordId, version }: Frozen, telling: Telling) =>
  ({ title: telling.subject(recordId), version }) as const;

/** Requests for information, records, opinions, and consents about what was written. */
export const WORK: Tellers<Exclude<Content['type'], TalkType>> = {
  'info.request': ({ requestId, to, questions, why, facts, ...rest }, telling, seq) => {
    const { purpose, urgency, neededBy, route, subjects } = rest;
    telling.remember(requestId, telling.entry(seq));
    return [
      telling.say(
        {
          es: 'Pide información a {who}, hasta {neededBy}; finalidad: {purpose}; urgencia: {urgency}.',
          en: 'Asks {who} for information, until {neededBy}; purpose: {purpose}; urgency: {urgency}.',
        },
        {
          who: telling.names(...to),
          neededBy,
          purpose: telling.word(purpose),
          urgency: telling.word(urgency),
        },
      ),
      ...(route === undefined
        ? []
        : [
            telling.say(
              { es: 'En la ruta es {route}.', en: 'On the route it is {route}.' },
              { route: telling.word(route) },
            ),
          ]),
      ...(subjects === undefined ? [] : [{ quote: subjects.join(', ') }]),
      ...[why, facts].flatMap((text): Said => (text === undefined ? [] : [{ quote: text }])),
      ...questions.flatMap(({ id, text }): Said => [`${id}:`, { quote: text }]),
    ];
  },
  'info.answer': ({ requestId, answers, declined }, telling) => [
    telling.say(
      { es: 'Responde a lo que pide {what}:', en: 'Answers what {what} asks for:' },
      { what: telling.subject(requestId) },
    ),
    ...answers.flatMap(({ questionId, text, certainty }): Said => [
      `${questionId} (${telling.word(certainty)}):`,
      { quote: text },
    ]),
    ...(declined === undefined
      ? []
      : [telling.say({ es: 'No responde: {declined}', en: 'Declines: {declined}' }, { declined })]),
  ],
  'info.spontaneous': ({ summary, states, restrictions, exculpatory, expiresOn }, telling) => [
    telling.say(
      {
        es: 'Informa sin que se le pidiera, a {states}{until}:',
        en: 'Tells, without having been asked, {states}{until}:',
      },
      {
        states: states.join(', '),
        until:
          expiresOn === undefined
            ? ''
            : telling.say(
                { es: ' (vale hasta {expiresOn})', en: ' (until {expiresOn})' },
                { expiresOn },
              ),
      },
    ),
    { quote: summary },
    ...(restrictions === undefined
      ? []
      : [telling.say({ es: 'Límites de uso:', en: 'Restrictions:' }), { quote: restrictions }]),
    ...(exculpatory
      ? [
          telling.say({
            es: 'Favorece a una persona acusada: puede haber que revelarlo, con aviso previo.',
            en: 'It speaks for an accused: it may have to be disclosed, after notice.',
          }),
        ]
      : []),
  ],
  'record.create': ({ recordId, title, schema, derivedFrom }, telling) => {
    telling.remember(recordId, `«${title}»`);
    const facts = { title, schema };
    return [
      telling.say(
        {
          es: 'Crea el documento «{title}» ({schema}).',
          en: 'Creates the record «{title}» ({schema}).',
        },
        facts,
      ),
      ...(derivedFrom === undefined
        ? []
        : [
            telling.say(
              {
                es: 'Viene de otro hilo; partes omitidas: {count}.',
                en: 'It comes from another thread; parts left out: {count}.',
              },
              { count: derivedFrom.redactions.length },
            ),
          ]),
    ];
  },
  'record.freeze': (content, telling) => [
    telling.say(
      {
        es: 'Fija la versión {version} del documento {title}.',
        en: 'Freezes version {version} of the record {title}.',
      },
      frozen(content, telling),
    ),
  ],
  'record.sign': (content, telling) => [
    telling.say(
      {
        es: 'Firma la versión {version} del documento {title}.',
        en: 'Signs version {version} of the record {title}.',
      },
      frozen(content, telling),
    ),
  ],
  'record.close': ({ recordId, reason }, telling) => [
    telling.say(
      { es: 'Cierra el documento {title}{why}.', en: 'Closes the record {title}{why}.' },
      { title: telling.subject(recordId), why: reason === undefined ? '' : `: ${reason}` },
    ),
  ],
  'record.waive': ({ recordId, rule, subject, reason }, telling) => [
    telling.say(
      {
        es: 'Considera un hallazgo del documento {title} y sigue adelante: {rule}, {subject}.',
        en: 'Considers a finding of the record {title} and goes on: {rule}, {subject}.',
      },
      { title: telling.subject(recordId), rule, subject },
    ),
    { quote: reason },
  ],
  'request.step': ({ recordId, to, reason, on, extent }, telling) => [
    telling.say(
      {
        es: 'La solicitud de {title} pasa a «{to}»{when}{extent}.',
        en: 'The request in {title} goes on to "{to}"{when}{extent}.',
      },
      {
        title: telling.subject(recordId),
        to: STATUSES[to][telling.language],
        when: on === undefined ? '' : ` (${on})`,
        extent: extent === undefined ? '' : `, ${EXTENTS[extent][telling.language]}`,
      },
    ),
    ...(reason === undefined ? [] : [{ quote: reason }]),
  ],
  'opinion.request': (content, telling) => [
    telling.say(
      {
        es: 'Pide opinión sobre la versión {version} del documento {title}; véala con «enlace request show».',
        en: 'Asks for an opinion on version {version} of the record {title}; read it: «enlace request show».',
      },
      frozen(content, telling),
    ),
    ...linesOfAsked(readAsking(content.body), telling.language),
  ],
  'opinion.give': (content, telling) => [
    telling.say(
      {
        es: 'Da su opinión sobre la versión {version} del documento {title}; se lee con «enlace request show».',
        en: 'Gives an opinion on version {version} of the record {title}; «enlace request show» shows it.',
      },
      frozen(content, telling),
    ),
    content.quotable
      ? telling.say({
          es: 'Se puede citar fuera del hilo.',
          en: 'It may be quoted outside the thread.',
        })
      : telling.say({
          es: 'No se puede citar fuera del hilo.',
          en: 'It may not be quoted outside the thread.',
        }),
  ],
  'handling.ask': ({ target, scope, state, exculpatory, why }, telling) => [
    telling.say(
      {
        onward: {
          es: 'Pide que {what} pueda pasar a {state}.',
          en: 'Asks that {what} may go on to {state}.',
        },
        evidence: {
          es: 'Pide que {what} pueda ser prueba para {state}.',
          en: 'Asks that {what} may be evidence for {state}.',
        },
      }[scope],
      { what: telling.entry(target), state },
    ),
    ...(exculpatory
      ? [telling.say({ es: 'Favorece a un acusado.', en: 'It speaks for an accused.' })]
      : []),
    ...(why === undefined ? [] : [{ quote: why }]),
  ],
  'handling.refusal': ({ target, reason }, telling) => [
    telling.say(
      { es: 'No consiente lo que pide {what}:', en: 'Does not consent to what {what} asks for:' },
      { what: telling.entry(target) },
    ),
    { quote: reason },
  ],
  'handling.notice': ({ target, reason }, telling) => [
    target === undefined
      ? telling.say({
          es: 'Avisa que revelará en su proceso una prueba que favorece a un acusado:',
          en: 'Gives notice that evidence that speaks for an accused will be disclosed in its proceedings:',
        })
      : telling.say(
          {
            es: 'Avisa que revelará en su proceso {what}, que favorece a un acusado:',
            en: 'Gives notice that {what}, which speaks for an accused, will be disclosed in its proceedings:',
          },
          { what: telling.entry(target) },
        ),
    { quote: reason },
  ],
  'handling.consent': ({ fromSeq, toSeq, to, scope, conditions, expiresOn }, telling) => [
    telling.say(
      {
        onward: {
          es: 'Consiente que sus entradas {from} a {until} pasen a {whom}.',
          en: 'Consents that the own entries {from} to {until} go on to {whom}.',
        },
        evidence: {
          es: 'Consiente que sus entradas {from} a {until} sean prueba para {whom}.',
          en: 'Consents that the own entries {from} to {until} are evidence for {whom}.',
        },
      }[scope],
      {
        from: fromSeq,
        until: toSeq,
        whom: 'state' in to ? to.state : telling.names(...to.personIds),
      },
    ),
    ...(expiresOn === undefined
      ? []
      : [telling.say({ es: 'Hasta {expiresOn}.', en: 'Until {expiresOn}.' }, { expiresOn })]),
    ...(conditions === undefined ? [] : [{ quote: conditions }]),
  ],
  'custody.seal': ({ target, attachmentId }, telling) => [
    telling.say(
      {
        es: 'Sella la custodia del archivo {attachmentId}, de {what}.',
        en: 'Seals the custody of the file {attachmentId}, of {what}.',
      },
      { attachmentId, what: telling.entry(target) },
    ),
  ],
  'custody.transfer': ({ attachmentId, transfer: wire }, telling) => {
    const read = readable(wire);
    if (read === null) {
      return [
        telling.say(
          {
            es: 'Una entrega del archivo {attachmentId} que nadie puede leer.',
            en: 'A handing over of the file {attachmentId} that nobody can read.',
          },
          { attachmentId },
        ),
      ];
    }
    const { custodyId, from, to, purpose, condition } = read.transfer;
    return [
      telling.say(
        read.isAccepted
          ? {
              es: 'Acepta la custodia {custodyId}, de {from} a {to}; «enlace audit custody» comprueba las firmas.',
              en: 'Accepts the custody {custodyId}, from {from} to {to}; "enlace audit custody" checks the signatures.',
            }
          : {
              es: 'Ofrece la custodia {custodyId}, de {from} a {to}: falta que la acepte.',
              en: 'Offers the custody {custodyId}, from {from} to {to}: it still has to be accepted.',
            },
        { custodyId, from: telling.names(from), to: telling.names(to) },
      ),
      telling.say({ es: 'Para qué: {purpose}', en: 'What for: {purpose}' }, { purpose }),
      telling.say(
        { es: 'Estado en que está: {condition}', en: 'Condition: {condition}' },
        { condition },
      ),
    ];
  },
};

// Attacker-controlled: a member can send any text.
function readable(wire: string): ReadTransfer | null {
  try {
    return readCustodyTransfer(wire);
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}
