import { caseRecords, stageChange, taskChange } from './cases/case-record-forms.js';
import { madeFiles, z } from './messages.js';
import {
  candidate,
  caseOpening,
  dueAcknowledgement,
  listedThread,
  reportedCase,
  savedFile,
  searchAsked,
  searchFound,
  searchGround,
  shownCase,
  shownThread,
  threadOpening,
  unsent,
} from './thread-forms.js';
import { draft, mark, messageForm } from './talk-forms.js';
import { lifeApproving, lifeChange, readApproval } from './threads/life-forms.js';

const nothing = z.strictObject({});
const ofCase = { caseId: z.string() };
const inState = z.strictObject({ ...ofCase, state: z.string() });
const inThread = { threadId: z.string() };
const places = z.strictObject({ fromSeq: z.int(), toSeq: z.int() });
const historyRange = { ...inThread, personId: z.string(), fromSeq: z.int(), toSeq: z.int() };
/** `title`: of a record that begins. */
const inRecord = { ...inThread, title: z.string() };
const aboutEntry = { ...inThread, target: z.int() };

/** What a page asks of cases and threads. */
export const THREAD_OPERATIONS = {
  'case.list': { args: nothing, result: z.array(shownCase) },
  'case.open': { args: caseOpening, result: shownCase },
  /** Other codes, for what begins in it from now on. */
  'case.change': {
    args: z.strictObject({ ...ofCase, caseType: z.string(), legalBasis: z.string() }),
    result: shownCase,
  },
  /** Each is shown a passkey for. */
  'case.add-state': { args: inState, result: shownCase },
  'case.remove-state': { args: inState, result: shownCase },
  'case.close': { args: z.strictObject(ofCase), result: shownCase },
  'case.reopen': { args: z.strictObject(ofCase), result: shownCase },
  /** Which office knows of it now. */
  'case.report': { args: z.strictObject(ofCase), result: reportedCase },
  /** As it was read last. No server is asked. */
  'case.records': { args: z.strictObject(inThread), result: caseRecords },
  'case.write-route': {
    args: z.strictObject({ ...inRecord, change: stageChange }),
    result: caseRecords,
  },
  'case.write-tasks': {
    args: z.strictObject({ ...inRecord, change: taskChange }),
    result: caseRecords,
  },
  'thread.list': { args: nothing, result: z.array(listedThread) },
  /** By deadline, over every thread of which something is here. */
  'thread.due': { args: nothing, result: z.array(dueAcknowledgement) },
  /** What is lost with this browser, after its keys were brought to the vault as far as that goes now. */
  'thread.unsent': { args: nothing, result: unsent },
  /** Reads anew what this browser holds, for `thread.find`. No server is asked. */
  'thread.look-through': { args: nothing, result: searchGround },
  'thread.find': { args: searchAsked, result: searchFound },
  'thread.open': { args: threadOpening, result: z.strictObject(inThread) },
  'thread.read': { args: z.strictObject(inThread), result: shownThread },
  /** As it was read last; null where nothing of it was read here. No server is asked. */
  'thread.held': { args: z.strictObject(inThread), result: z.nullable(shownThread) },
  /** From here on the worker says when there is something new of it, until it ends. */
  'thread.follow': { args: z.strictObject(inThread), result: nothing },
  'thread.send': {
    args: z.strictObject({ ...inThread, ...messageForm }),
    result: z.nullable(shownThread),
  },
  /** Null for a message that waits for its files: it goes out with `thread.resume`. */
  'thread.attach': {
    args: z.strictObject({
      ...inThread,
      ...messageForm,
      files: z.array(z.instanceof(File)),
    }),
    result: z.nullable(shownThread),
  },
  'thread.resume': { args: z.strictObject(inThread), result: z.nullable(shownThread) },
  /** Ends what is being moved, up or down: what was moved stays. */
  'thread.pause': { args: z.strictObject(inThread), result: nothing },
  'thread.save': {
    args: z.strictObject({ ...inThread, attachmentId: z.string() }),
    result: savedFile,
  },
  /** What was begun in it on this browser, if anything. */
  'thread.draft': { args: z.strictObject(inThread), result: z.nullable(draft) },
  'thread.keep-draft': {
    args: z.strictObject({ ...inThread, draft: z.nullable(draft) }),
    result: nothing,
  },
  /** What stopped it at any time, as it came: each as JSON. */
  'thread.evidence': {
    args: z.strictObject(inThread),
    result: z.strictObject({ evidence: z.array(z.string()) }),
  },
  'thread.mark': {
    args: z.strictObject({ ...aboutEntry, mark, note: z.nullable(z.string()) }),
    result: shownThread,
  },
  'thread.edit': {
    args: z.strictObject({ ...aboutEntry, text: z.string(), reason: z.nullable(z.string()) }),
    result: shownThread,
  },
  /** `isErasing`: its body goes as well, here and at whoever reads on. */
  'thread.withdraw': {
    args: z.strictObject({ ...aboutEntry, reason: z.string(), isErasing: z.boolean() }),
    result: shownThread,
  },
  /** `zone`: IANA, of the authority that must act. */
  'thread.ask-ack': {
    args: z.strictObject({
      ...aboutEntry,
      from: z.array(z.string()),
      deadline: z.string(),
      zone: z.string(),
    }),
    result: shownThread,
  },
  /** `asking`: the place of the entry that asks for it. */
  'thread.acknowledge': {
    args: z.strictObject({ ...inThread, asking: z.int() }),
    result: shownThread,
  },
  /** Sixty digits that this person and another compare aloud. */
  'thread.safety': {
    args: z.strictObject({ ...inThread, personId: z.string() }),
    result: z.strictObject({ digits: z.string() }),
  },
  'thread.preview-history': {
    args: z.strictObject(historyRange),
    result: z.strictObject({ ranges: z.array(places), excluded: z.array(places) }),
  },
  'thread.give-history': {
    args: z.strictObject({
      ...historyRange,
      basis: z.enum(['case-joined', 'handover', 'substitution', 'court-order']),
    }),
    result: shownThread,
  },
  /** Each but closing is shown a passkey for. */
  'thread.change-life': { args: lifeChange, result: shownThread },
  /** As a second person; a file for the steward who acts. */
  'thread.approve-life': { args: lifeApproving, result: z.strictObject({ files: madeFiles }) },
  'thread.read-approval': {
    args: z.strictObject({ ...inThread, text: z.string() }),
    result: readApproval,
  },
  'thread.join': { args: z.strictObject(inThread), result: shownThread },
  'thread.leave': { args: z.strictObject(inThread), result: shownThread },
  'thread.invite': {
    args: z.strictObject({
      ...inThread,
      personId: z.string(),
      role: z.enum(['steward', 'member']),
      days: z.int(),
    }),
    result: shownThread,
  },
  'thread.remove': {
    args: z.strictObject({ ...inThread, personId: z.string() }),
    result: shownThread,
  },
  /** Whom of a State one may invite. */
  'thread.candidates': {
    args: z.strictObject({ state: z.string() }),
    result: z.array(candidate),
  },
} as const;
