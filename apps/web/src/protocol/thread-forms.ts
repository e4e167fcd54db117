import { z } from './messages.js';
import { about, handling, knownPerson, shownFile } from './people-forms.js';
import { requestStatus } from './request-forms.js';
import { askedPlace, SAID_OF_ENTRIES, saidNothing, saidText } from './talk-forms.js';
import { saidLife, shownLife } from './threads/life-forms.js';

const purpose = z.enum([
  'investigation',
  'prosecution',
  'mla-preparation',
  'mla-execution',
  'urgent-protection',
  'supervision',
  'audit',
  'data-subject-request',
  'training',
]);

export const shownCase = z.strictObject({
  caseId: z.string(),
  ownerState: z.string(),
  states: z.array(z.string()),
  caseType: z.string(),
  legalBasis: z.string(),
  status: z.enum(['open', 'closed']),
  /** Nothing of it is erased. */
  isHeld: z.boolean(),
  role: z.enum(['steward', 'member']),
  openedAt: z.string(),
});

const twoNames = z.strictObject({ es: z.string(), en: z.string() });

/** The office that was told of a case; by its id alone where the directory has no name for it. */
export const reportedCase = z.strictObject({
  officeId: z.string(),
  office: z.nullable(twoNames),
});

export const caseOpening = z.strictObject({
  caseType: z.string(),
  legalBasis: z.string(),
  /** Other States that take part. */
  states: z.array(z.string()),
});

export const listedThread = z.strictObject({
  threadId: z.string(),
  caseId: z.nullable(z.string()),
  title: z.nullable(z.string()),
  standing: z.enum(['steward', 'member', 'invited', 'former', 'unread']),
  /** Entries that this browser has not read yet, by the word of the server. */
  unread: z.int(),
  waiting: z.int(),
});

/** What this browser alone has: nothing of it comes back once its store is gone. */
export const unsent = z.strictObject({
  threads: z.array(
    z.strictObject({
      threadId: z.string(),
      title: z.nullable(z.string()),
      /** What was done in it and no server has accepted. */
      acts: z.int(),
      /** Names of files of which the server has not got all. */
      files: z.array(z.string()),
      /** Of a message that was begun; empty where there is none. */
      draft: z.string(),
    }),
  ),
  /** Opinions that were begun. */
  opinions: z.int(),
  /** Threads whose keys are not in the vault, or not all of them; null where that could not be found out. */
  keys: z.nullable(z.int()),
});

export const threadOpening = z.strictObject({
  caseId: z.string(),
  title: z.string(),
  purpose,
  floor: handling,
});

/** What an entry says, as far as a page shows it. */
const said = z.discriminatedUnion('kind', [
  saidText,
  saidNothing,
  ...SAID_OF_ENTRIES,
  z.strictObject({ kind: z.literal('title'), title: z.string() }),
  z.strictObject({ kind: z.literal('opened') }),
  z.strictObject({
    kind: z.literal('changed'),
    changes: z.array(z.strictObject({ op: z.string(), about })),
  }),
  z.strictObject({ kind: z.literal('left') }),
  saidLife,
  /** Of the request in a record of the thread. */
  z.strictObject({
    kind: z.literal('step'),
    to: requestStatus,
    on: z.nullable(z.string()),
    reason: z.nullable(z.string()),
  }),
  /** Of a kind that this page shows by its name alone. */
  z.strictObject({ kind: z.literal('other'), type: z.string() }),
]);

const shownEntry = z.strictObject({
  seq: z.int(),
  author: about,
  sentAt: z.string(),
  handling: z.nullable(handling),
  said,
});

const shownMember = z.strictObject({
  person: knownPerson,
  role: z.enum(['steward', 'member']),
  standing: z.enum(['member', 'invited', 'leaving']),
  /** By the own directory; null where the certificate or the office does not count any more. */
  office: z.nullable(twoNames),
  certified: z.nullable(
    z.strictObject({ by: z.array(z.nullable(z.string())), state: twoNames, until: z.string() }),
  ),
  devices: z.array(
    z.strictObject({
      deviceId: z.string(),
      /** The first entry of it that was read here; null where that is from before. */
      seenAt: z.nullable(z.string()),
    }),
  ),
  expiresAt: z.nullable(z.string()),
});

/** An acknowledgement that is asked of the person and was not given, in a thread as it was read last. */
export const dueAcknowledgement = z.strictObject({
  threadId: z.string(),
  title: z.nullable(z.string()),
  ...askedPlace,
  /** Of an own question: who has not answered. Empty where it is the reader who is asked. */
  missing: z.array(knownPerson),
});

export const shownThread = z.strictObject({
  ...listedThread.shape,
  /** The loosest code that an entry may carry; null before the thread was read. */
  floor: z.nullable(handling),
  entries: z.array(shownEntry),
  alerts: z.array(
    z.strictObject({ code: z.string(), response: z.string(), seq: z.nullable(z.int()) }),
  ),
  verdict: z.enum(['sound', 'reserved', 'alert']),
  /** False for a thread that the server shows no more. */
  isServed: z.boolean(),
  members: z.array(shownMember),
  /** Whose people may be invited; empty where the members are not known. */
  states: z.array(z.string()),
  /** Files whose messages wait for them to be sent. */
  unfinished: z.array(shownFile),
  /** Where the log ends for this browser. */
  readSeq: z.int(),
  /** Null where the members are not known. */
  life: z.nullable(shownLife),
});

/** Whom one may invite. */
export const candidate = z.strictObject({
  ...knownPerson.shape,
  title: z.nullable(twoNames),
});

/** A file that was fetched, and is what its author signed. */
export const savedFile = z.strictObject({
  ...shownFile.shape,
  /** Of no type: a browser that is pointed at it shows nothing of it. */
  bytes: z.instanceof(Blob),
  /** Only what is recognised by its own bytes; `null` for everything else. */
  preview: z.nullable(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('image'), image: z.instanceof(Blob) }),
      z.strictObject({ kind: z.literal('text'), text: z.string() }),
    ]),
  ),
});

/** What a search looks through: what this browser has read, and not more. */
export const searchGround = z.strictObject({
  messages: z.int(),
  threads: z.int(),
  /** When the oldest of the messages was written; null where there is none. */
  since: z.nullable(z.string()),
  /** Threads with entries that this browser cannot read, or that begin before it reads them. */
  partial: z.array(z.strictObject({ threadId: z.string(), title: z.nullable(z.string()) })),
  authors: z.array(knownPerson),
});

export const searchAsked = z.strictObject({
  words: z.string(),
  state: z.nullable(z.string()),
  personId: z.nullable(z.string()),
  handling: z.nullable(handling),
  /** Only what has files. */
  hasFiles: z.boolean(),
  /** The instant from which on, and the one before which, it was sent. */
  from: z.nullable(z.string()),
  until: z.nullable(z.string()),
});

/** The newest first, as many as are shown, of all that were found. */
export const searchFound = z.strictObject({
  total: z.int(),
  hits: z.array(
    z.strictObject({
      threadId: z.string(),
      title: z.nullable(z.string()),
      seq: z.int(),
      author: about,
      sentAt: z.string(),
      handling: z.nullable(handling),
      files: z.array(z.string()),
      before: z.string(),
      hit: z.string(),
      after: z.string(),
    }),
  ),
});
