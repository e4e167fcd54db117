import type { Content } from '@enlace/e2ee';
import type { Said, Telling } from './telling.js';

/** How each type of content is told; `seq` is its place. */
export type Tellers<Type extends Content['type']> = {
  readonly [One in Type]: (
    content: Extract<Content, { readonly type: One }>,
    telling: Telling,
    seq: number,
  ) => Said;
};

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

const quoted = (text: string | undefined): Said => (text === undefined ? [] : [{ quote: text }]);

/** What people write to each other, and their formal marks. */
export const TALK: Tellers<TalkType> = {
  'thread.meta': ({ title, description, caseTitle, caseRef }, telling) => [
    telling.say(
      { es: 'Título del hilo: «{title}».', en: 'Title of the thread: "{title}".' },
      { title },
    ),
    ...(caseTitle === undefined
      ? []
      : [
          telling.say(
            { es: 'Expediente: «{caseTitle}».', en: 'Case: "{caseTitle}".' },
            { caseTitle },
          ),
        ]),
    ...(caseRef === undefined
      ? []
      : [telling.say({ es: 'Referencia: {caseRef}.', en: 'Reference: {caseRef}.' }, { caseRef })]),
    ...quoted(description),
  ],
  text: ({ text, replyTo, attachments = [], mentions }, telling) => [
    ...(replyTo === undefined
      ? []
      : [
          telling.say(
            { es: 'Responde a {what}:', en: 'Answers {what}:' },
            { what: telling.entry(replyTo) },
          ),
        ]),
    { quote: text },
    ...(mentions === undefined
      ? []
      : [
          telling.say(
            { es: 'Nombra a {who}.', en: 'Mentions {who}.' },
            { who: telling.names(...mentions) },
          ),
        ]),
    ...attachments.map(({ name, size, attachmentId, note }) =>
      telling.say(
        {
          es: 'Archivo «{name}», {size} octetos, adjunto {attachmentId}{note}',
          en: 'File "{name}", {size} bytes, attachment {attachmentId}{note}',
        },
        { name, size, attachmentId, note: note === undefined ? '' : ` (${note})` },
      ),
    ),
  ],
  edit: ({ target, version, text, reason }, telling) => [
    telling.say(
      {
        es: 'Corrige {what} (versión {version}){why}:',
        en: 'Corrects {what} (version {version}){why}:',
      },
      { what: telling.entry(target), version, why: reason === undefined ? '' : `, ${reason}` },
    ),
    { quote: text },
  ],
  withdraw: ({ target, reason }, telling) => [
    telling.say(
      { es: 'Retira {what}:', en: 'Takes back {what}:' },
      { what: telling.entry(target) },
    ),
    { quote: reason },
  ],
  mark: ({ target, mark, note }, telling) => [
    telling.say(
      {
        seen: { es: 'Visto: {what}.', en: 'Seen: {what}.' },
        agreed: { es: 'Conforme con {what}.', en: 'Agrees with {what}.' },
        objection: { es: 'Objeta {what}:', en: 'Objects to {what}:' },
      }[mark],
      { what: telling.entry(target) },
    ),
    ...quoted(note),
  ],
  'ack.request': ({ ackId, targets, from, deadline, zone }, telling, seq) => {
    telling.remember(ackId, telling.entry(seq));
    return [
      telling.say(
        {
          es: 'Pide a {who} acuse de recibo de las entradas {places}, hasta {deadline} ({zone}).',
          en: 'Asks {who} to acknowledge the entries {places}, until {deadline} ({zone}).',
        },
        { who: telling.names(...from), places: telling.places(targets), deadline, zone },
      ),
    ];
  },
  'ack.given': ({ ackId, at }, telling) => [
    telling.say(
      { es: 'Acusa recibo a {what}, {at}.', en: 'Acknowledges what {what} asks for, {at}.' },
      { what: telling.subject(ackId), at },
    ),
  ],
  read: ({ upToSeq }, telling) => [
    telling.say(
      { es: 'Leyó hasta {what}.', en: 'Has read up to {what}.' },
      { what: telling.entry(upToSeq) },
    ),
  ],
  verified: ({ personId, method }, telling) => [
    telling.say(
      {
        es: 'Comprobó que {who} es quien dice ser, {how}.',
        en: 'Has verified who {who} is, {how}.',
      },
      { who: telling.names(personId), how: telling.word(method) },
    ),
  ],
};
