import { z } from '../messages.js';
import { about, handling, knownPerson } from '../people-forms.js';

const inThread = { threadId: z.string() };
const code = z.enum(['EN0', 'EN1', 'EN2']);
const certainty = z.enum(['certain', 'likely', 'unknown']);
const purpose = z.enum([
  'investigation',
  'prosecution',
  'mla-preparation',
  'mla-execution',
  'urgent-protection',
]);
/** What the State that is asked is on the route of whoever was smuggled. */
const route = z.nullable(z.enum(['origin', 'transit', 'destination']));
const urgency = z.enum(['routine', 'urgent', 'immediate']);

const focalPoint = z.strictObject({
  person: knownPerson,
  office: z.nullable(z.strictObject({ es: z.string(), en: z.string() })),
  /** IANA, of the office; null where it is not known. */
  zone: z.nullable(z.string()),
  /** False: chosen only with a warning. */
  isConfirmed: z.boolean(),
  until: z.string(),
});

const shownAnswer = z.strictObject({
  by: about,
  handling: z.nullable(handling),
  answers: z.array(z.strictObject({ questionId: z.string(), text: z.string(), certainty })),
  declined: z.nullable(z.string()),
});

/** A question to a focal point, and how far it has come by the log. */
const asked = z.strictObject({
  seq: z.int(),
  requestId: z.string(),
  by: about,
  to: z.array(knownPerson),
  handling: z.nullable(handling),
  questions: z.array(z.strictObject({ id: z.string(), text: z.string() })),
  purpose: z.string(),
  route,
  subjects: z.array(z.string()),
  why: z.nullable(z.string()),
  facts: z.nullable(z.string()),
  answerHandling: z.nullable(code),
  urgency,
  askedAt: z.string(),
  neededBy: z.string(),
  /** Of the office that was asked: IANA. */
  zone: z.nullable(z.string()),
  standing: z.enum(['sent', 'read', 'in-part', 'answered', 'declined']),
  isOverdue: z.boolean(),
  /** Whether this person was asked. */
  isMine: z.boolean(),
  answers: z.array(shownAnswer),
});

const told = z.strictObject({
  seq: z.int(),
  by: about,
  handling: z.nullable(handling),
  summary: z.string(),
  states: z.array(z.string()),
  restrictions: z.nullable(z.string()),
  isExculpatory: z.boolean(),
  expiresOn: z.nullable(z.string()),
  isExpired: z.boolean(),
});

const information = z.strictObject({ asked: z.array(asked), told: z.array(told) });

/** What a page asks of information between focal points, before anything is formal. */
export const INFORMATION_OPERATIONS = {
  /** Whom the foreign ministry of a State approved, and the name of its registry. */
  'information.focal-points': {
    args: z.strictObject({ state: z.string() }),
    result: z.strictObject({
      people: z.array(focalPoint),
      registry: z.nullable(z.strictObject({ es: z.string(), en: z.string() })),
    }),
  },
  /** As it was read last. No server is asked. */
  'information.held': { args: z.strictObject(inThread), result: information },
  'information.ask': {
    args: z.strictObject({
      ...inThread,
      state: z.string(),
      /** A focal point who is in the thread, or invited to it. */
      personId: z.string(),
      questions: z.array(z.string()),
      purpose,
      route,
      /** Codes of persons, or identifiers. */
      subjects: z.array(z.string()),
      why: z.nullable(z.string()),
      facts: z.nullable(z.string()),
      answerHandling: code,
      urgency,
      neededBy: z.string(),
      handling: code,
    }),
    result: information,
  },
  /** By its questions from 1, or the reason why there is no answer. */
  'information.answer': {
    args: z.strictObject({
      ...inThread,
      requestId: z.string(),
      answers: z.array(z.strictObject({ question: z.int(), text: z.string(), certainty })),
      declined: z.nullable(z.string()),
      handling: code,
    }),
    result: information,
  },
  /** Without a question. */
  'information.tell': {
    args: z.strictObject({
      ...inThread,
      states: z.array(z.string()),
      summary: z.string(),
      restrictions: z.nullable(z.string()),
      isExculpatory: z.boolean(),
      handling: code,
    }),
    result: information,
  },
} as const;
