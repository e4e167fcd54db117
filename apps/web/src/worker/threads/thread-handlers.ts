import type { ResultOf, ThreadOperation } from '../../protocol/operations.js';
import type { Handlers } from '../dispatch.js';
import { OwnCaseRecords } from '../case-records/own-case-records.js';
import { OwnCases } from './own-cases.js';
import { OwnFiles } from '../files/own-files.js';
import { unsentOf } from '../leaving/unsent.js';
import { OwnSearch } from '../search/own-search.js';
import { DRAFTS, OwnDrafts } from './own-drafts.js';
import { OwnMembers } from './own-members.js';
import { OwnThreadLife } from '../thread-life/own-thread-life.js';
import { OwnTalk } from './own-talk.js';
import { OwnThreads } from './own-threads.js';
import type { ThreadGround, Workroom } from './workroom.js';

type Draft = NonNullable<ResultOf<'thread.draft'>>;
const done = {};

/** The acts behind every operation of cases and threads; a script of its own, which nobody fetches without need. */
export function threadHandlers(
  room: Workroom,
  { onNews }: Pick<ThreadGround, 'onNews'>,
): Pick<Handlers, ThreadOperation> {
  const threads = new OwnThreads(room);
  const talk = new OwnTalk(threads);
  const members = new OwnMembers(room, threads);
  const life = new OwnThreadLife(room, threads);
  const drafts = new OwnDrafts<Draft>(room, DRAFTS.messages);
  const search = new OwnSearch(room, threads);
  const files = new OwnFiles(room, threads, onNews);
  return {
    ...caseHandlers(room),
    'thread.list': async () => threads.list(),
    'thread.due': async () => threads.due(),
    'thread.unsent': async () => unsentOf(room),
    'thread.look-through': async () => search.lookThrough(),
    'thread.find': async (asked) => search.find(asked),
    'thread.open': async (opening) => threads.open(opening),
    'thread.read': async (about) => threads.read(about),
    'thread.held': async (about) => threads.held(about),
    'thread.follow': async (about) => threads.follow(about).then(() => done),
    'thread.send': async (message) => threads.send(message),
    'thread.attach': async (message) => files.attach(message),
    'thread.resume': async (about) => files.resume(about),
    'thread.pause': async ({ threadId }) => (files.pause(threadId), done),
    'thread.save': async (wanted) => files.save(wanted),
    'thread.draft': async ({ threadId }) => drafts.held(threadId),
    'thread.keep-draft': async ({ threadId, draft }) =>
      drafts.keep(threadId, draft).then(() => done),
    'thread.evidence': async (about) => members.evidence(about),
    'thread.mark': async (marked) => talk.mark(marked),
    'thread.edit': async (edited) => talk.edit(edited),
    'thread.withdraw': async (withdrawn) => talk.withdraw(withdrawn),
    'thread.ask-ack': async (asked) => talk.ask(asked),
    'thread.acknowledge': async (about) => talk.acknowledge(about),
    'thread.safety': async (about) => members.safety(about),
    'thread.preview-history': async (asked) => members.preview(asked),
    'thread.give-history': async (given) => members.give(given),
    'thread.change-life': async (change) => life.change(change),
    'thread.approve-life': async (about) => life.approve(about),
    'thread.read-approval': async (given) => life.readApproval(given),
    'thread.join': async (about) => threads.join(about),
    'thread.leave': async (about) => threads.leave(about),
    'thread.invite': async (invited) => threads.invite(invited),
    'thread.remove': async (about) => threads.remove(about),
    'thread.candidates': async (about) => threads.candidates(about),
  };
}

type CaseOperation = Extract<ThreadOperation, `case.${string}`>;

function caseHandlers(room: Workroom): Pick<Handlers, CaseOperation> {
  const cases = new OwnCases(room);
  const caseRecords = new OwnCaseRecords(room);
  return {
    'case.list': async () => cases.list(),
    'case.open': async (opening) => cases.open(opening),
    'case.change': async (codes) => cases.change(codes),
    'case.add-state': async (about) => cases.addState(about),
    'case.remove-state': async (about) => cases.removeState(about),
    'case.close': async (about) => cases.close(about),
    'case.reopen': async (about) => cases.reopen(about),
    'case.report': async (about) => cases.report(about),
    'case.records': async (about) => caseRecords.held(about),
    'case.write-route': async (written) => caseRecords.writeRoute(written),
    'case.write-tasks': async (written) => caseRecords.writeTasks(written),
  };
}
