import { z } from './messages.js';
import { about, handling, knownPerson, shownFile } from './people-forms.js';

const MARKS = ['seen', 'agreed', 'objection'] as const;
export const mark = z.enum(MARKS);

/** What somebody said of an entry: where, when and who. */
const place = { seq: z.int(), by: about, at: z.string() };

/** A formal mark: visto, conforme, objeción. */
const shownMark = z.strictObject({ ...place, mark, note: z.nullable(z.string()) });

/** What the author wrote in the place of what stood there. */
const version = z.strictObject({
  seq: z.int(),
  at: z.string(),
  text: z.string(),
  /** Why it was written anew; null for what was written first. */
  reason: z.nullable(z.string()),
});

/** Where somebody asks for an acuse de recibo, and until when. */
export const askedPlace = {
  ...place,
  deadline: z.string(),
  /** As its author wrote it: IANA, or what no browser knows. */
  zone: z.string(),
};

/** An acuse de recibo that somebody asks for. */
const asked = z.strictObject({
  ...askedPlace,
  answers: z.array(
    z.strictObject({
      person: knownPerson,
      /** By the clock of the log; null while it is not given. */
      givenAt: z.nullable(z.string()),
      isLate: z.boolean(),
    }),
  ),
});

const withdrawal = z.strictObject({ ...place, reason: z.string() });

/** A message as it stands now, and everything that was formally said of it. */
export const saidText = z.strictObject({
  kind: z.literal('text'),
  text: z.string(),
  files: z.array(shownFile),
  /** The entry that it answers. */
  replyTo: z.nullable(z.int()),
  /** What stood in its place before, the first one first. */
  earlier: z.array(version),
  withdrawal: z.nullable(withdrawal),
  marks: z.array(shownMark),
  asks: z.array(asked),
});

/** An entry that cannot be read, and what took its content away where somebody did. */
export const saidNothing = z.strictObject({
  kind: z.literal('unreadable'),
  reason: z.nullable(z.string()),
  withdrawal: z.nullable(withdrawal),
  redaction: z.nullable(z.strictObject({ ...place, reason: z.string() })),
});

/** Signed entries about others, each a line in its place in the log. */
export const SAID_OF_ENTRIES = [
  z.strictObject({ kind: z.literal('mark'), mark, target: z.int() }),
  z.strictObject({ kind: z.literal('edit'), target: z.int() }),
  z.strictObject({ kind: z.literal('withdraw'), target: z.int(), reason: z.string() }),
  z.strictObject({ kind: z.literal('ask'), targets: z.array(z.int()) }),
  z.strictObject({ kind: z.literal('acknowledge'), target: z.nullable(z.int()) }),
  z.strictObject({ kind: z.literal('erase'), targets: z.array(z.int()) }),
  z.strictObject({
    kind: z.literal('grant'),
    about,
    fromSeq: z.int(),
    toSeq: z.int(),
    basis: z.string(),
  }),
] as const;

/** What a message is sent with besides its words. */
export const messageForm = {
  text: z.string(),
  handling,
  replyTo: z.nullable(z.int()),
  /** Why its code is looser than usual; null for every other one. */
  note: z.nullable(z.string()),
};

/** What somebody has begun to write. */
export const draft = z.strictObject({
  ...messageForm,
  /** Null for the usual code of the thread. */
  handling: z.nullable(handling),
  note: z.string(),
});
