import { passedOver } from './cases/case-record-forms.js';
import { z } from './messages.js';
import { knownPerson } from './people-forms.js';

export const requestStatus = z.enum([
  'draft',
  'shared',
  'opinion',
  'frozen',
  'exported',
  'formalised',
  'received',
  'executing',
  'postponed',
  'executed',
  'refused',
  'withdrawn',
]);

/** Steps to these say nothing about a version of the request. */
export const plainStatus = z.enum([
  'draft',
  'formalised',
  'received',
  'executing',
  'postponed',
  'executed',
  'refused',
  'withdrawn',
]);

/** What the platform sees of a request. */
const trackedRequest = z.strictObject({
  requestId: z.string(),
  requestingState: z.string(),
  requestedState: z.string(),
  status: requestStatus,
  statusAt: z.string(),
  formalReference: z.nullable(z.string()),
  nextReminderOn: z.nullable(z.string()),
});

/** What this browser can read of a request; what it says travels as JSON text, which the page reads by the model. */
const heldRequest = z.strictObject({
  kind: z.enum(['draft', 'shared']),
  threadId: z.string(),
  caseId: z.nullable(z.string()),
  title: z.string(),
  text: z.string(),
});

/** A day of a draft that comes near; of silence, how long it has lasted. */
const reminder = z.strictObject({
  kind: z.enum([
    'preservation',
    'limitation',
    'key-date',
    'deadline',
    'hearing',
    'source',
    'opinion',
    'no-news',
  ]),
  on: z.string(),
  daysLeft: z.int(),
});

/** An instant, and the zone in which whoever asks has set it: IANA, or what no browser knows. */
const neededBy = z.nullable(z.strictObject({ at: z.string(), zone: z.string() }));

/** What whoever shares most wants to know: numbers of questions, empty for all alike. */
export const asked = z.strictObject({ questions: z.array(z.int()), neededBy });

export const listedRequest = z.strictObject({
  tracked: trackedRequest,
  held: z.nullable(heldRequest),
  /** Until when an opinion is asked for on what was shared. */
  neededBy,
  /** Of a draft that was read here, the nearest first. */
  due: z.array(reminder),
  /** Formal by now: what is said about it goes through the central authorities too. */
  isFormal: z.boolean(),
});

/** By the log, not by what somebody wrote. */
const waiver = z.strictObject({
  rule: z.string(),
  ruleVersion: z.int(),
  subject: z.string(),
  values: z.string(),
  by: knownPerson,
  isOfficer: z.boolean(),
  reason: z.string(),
});

export const shownRequest = z.strictObject({
  /** Null where nobody answers: what was read before is there. */
  tracked: z.nullable(trackedRequest),
  held: heldRequest,
  /** Whose State this browser belongs to. */
  ownState: z.string(),
  /** False where parts of the record cannot be read here: nobody writes on what they cannot see. */
  isWhole: z.boolean(),
  passedOver: z.array(passedOver),
  /** Whether everything that was written here went out. */
  isOut: z.boolean(),
  waivers: z.array(waiver),
  /** The newest version of the draft that nobody changes; what it was checked with, where that can be read. */
  frozen: z.nullable(
    z.strictObject({
      version: z.int(),
      sha256: z.string(),
      checked: z.nullable(
        z.strictObject({
          today: z.string(),
          engine: z.string(),
          catalogue: z.string(),
          packsId: z.string(),
          packsVersion: z.string(),
          packsSha256: z.string(),
        }),
      ),
    }),
  ),
});

/**
 * One change of a document: a JSON pointer, and what stands there from now on as JSON text. Null takes it away; `-` in
 * place of a number adds to a list.
 */
export const documentChange = z.strictObject({ path: z.string(), value: z.nullable(z.string()) });

/** Both States see the same: what was frozen, and what the requested one says of it. */
const sharedVersion = z.strictObject({
  threadId: z.string(),
  title: z.string(),
  version: z.int(),
  isNewest: z.boolean(),
  sha256: z.string(),
  text: z.string(),
  asked,
  /** `by`: who sealed it, by the log; `text` as JSON, which the page reads by the model. */
  opinions: z.array(z.strictObject({ by: knownPerson, text: z.string() })),
});

export const sharedVersions = z.strictObject({
  ownState: z.string(),
  versions: z.array(sharedVersion),
});

/** An opinion as far as somebody has written it: everything as typed, by question and by measure. */
export const opinionDraft = z.strictObject({
  answers: z.record(
    z.string(),
    z.strictObject({
      answer: z.enum(['', 'yes', 'no', 'with-conditions', 'cannot-say']),
      reason: z.string(),
      legalReference: z.string(),
      fields: z.record(z.string(), z.string()),
    }),
  ),
  recommendation: z.enum(['', 'send', 'fix-and-send', 'other-route', 'do-not-send']),
  isQuotable: z.boolean(),
  /** What names its readers one by one does not fit an opinion, which is read in a thread. */
  handling: z.enum(['EN0', 'EN1', 'EN2']),
  validUntil: z.string(),
});
