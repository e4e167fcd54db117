import { madeFiles, z } from './messages.js';
import {
  asked,
  documentChange,
  listedRequest,
  opinionDraft,
  plainStatus,
  requestStatus,
  sharedVersions,
  shownRequest,
} from './request-forms.js';

const about = { requestId: z.string() };
/** `today`: where the person sits. */
const onDay = { ...about, today: z.string() };
/** What travels as it is: fields of suspects and accused by the id of the person, and places of identifiers. */
const ticked = z.strictObject({
  shown: z.record(z.string(), z.array(z.enum(['name', 'aliases', 'dateOfBirth', 'idDocuments']))),
  identifiers: z.array(z.string()),
});

/** What a page asks of requests for assistance. */
export const REQUEST_OPERATIONS = {
  'request.list': {
    args: z.strictObject({ today: z.string() }),
    result: z.array(listedRequest),
  },
  /** A draft in a case: from the file of a request, or empty but for its two States. */
  'request.begin': {
    args: z.strictObject({
      caseId: z.string(),
      requestedState: z.string(),
      title: z.string(),
      text: z.nullable(z.string()),
    }),
    result: z.strictObject(about),
  },
  'request.open': { args: z.strictObject(about), result: shownRequest },
  /** Written into the record of the draft, sealed; what a colleague writes elsewhere at the same time stays. */
  'request.write': {
    args: z.strictObject({ ...about, changes: z.array(documentChange) }),
    result: shownRequest,
  },
  /** Exactly what would travel. Throws `request.unprotected`. */
  'request.preview': {
    args: z.strictObject({ ...onDay, ticked }),
    result: z.strictObject({
      text: z.string(),
      /** Of what is shown: given back, it is what goes out or nothing does. */
      sha256: z.string(),
      /** Open to the two States alone, in the case of the draft. */
      threads: z.array(z.strictObject({ threadId: z.string(), title: z.nullable(z.string()) })),
    }),
  },
  'request.share': {
    args: z.strictObject({
      ...onDay,
      ticked,
      sha256: z.string(),
      asked,
      into: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('thread'), threadId: z.string() }),
        /** Opened for it; the person is of the requested State. */
        z.strictObject({ kind: z.literal('new-thread'), personId: z.string() }),
      ]),
    }),
    result: shownRequest,
  },
  'request.versions': { args: z.strictObject(about), result: sharedVersions },
  /** `text`: the answers, as JSON. Signed by this device, on the version that was read. */
  'request.opine': {
    args: z.strictObject({
      ...about,
      threadId: z.string(),
      version: z.int(),
      text: z.string(),
    }),
    result: sharedVersions,
  },
  /** Answers that somebody has begun to write, whatever version they were begun on; they stay in this browser. */
  'request.opinion-draft': { args: z.strictObject(about), result: z.nullable(opinionDraft) },
  'request.keep-opinion': {
    args: z.strictObject({ ...about, draft: z.nullable(opinionDraft) }),
    result: z.strictObject({}),
  },
  /** Goes on in spite of a finding: it stays in the draft, under the name of whoever does. */
  'request.waive': {
    args: z.strictObject({
      ...onDay,
      rule: z.string(),
      subject: z.string(),
      reason: z.string(),
    }),
    result: shownRequest,
  },
  'request.freeze': { args: z.strictObject(onDay), result: shownRequest },
  /** The formal document of the newest frozen version, and its sealed annex beside it where there is one. */
  'request.export': {
    args: z.strictObject({
      ...onDay,
      format: z.enum(['docx', 'pdf', 'json']),
      language: z.enum(['es', 'en']),
    }),
    result: z.strictObject({ files: madeFiles }),
  },
  /** `reason`: goes into the thread; the platform reads the number of the letter and no words. */
  'request.step': {
    args: z.strictObject({
      ...about,
      to: plainStatus,
      formalReference: z.nullable(z.string()),
      reason: z.nullable(z.string()),
    }),
    result: z.strictObject({ status: requestStatus }),
  },
} as const;
