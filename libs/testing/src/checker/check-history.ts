import type { FinalLog, Finding, FindingKind, RunHistory, Send } from './run-history.js';

/**
 * Everything that a run must not show, none for a run as it has to be. The server gives a total order, so that sorting
 * and one sweep are enough: the time is that of a sort.
 */
export function checkHistory(history: RunHistory): readonly Finding[] {
  const threads = new Set([
    ...history.sends.map(({ thread }) => thread),
    ...history.logs.map(({ thread }) => thread),
    ...history.recorded.map(({ thread }) => thread),
    ...history.lists.map(({ thread }) => thread),
  ]);
  return [...threads].flatMap((thread) => checkThread(thread, history));
}

function checkThread(thread: string, history: RunHistory): readonly Finding[] {
  const of = <Item extends { readonly thread: string }>(items: readonly Item[]) =>
    items.filter((item) => item.thread === thread);
  const sends = of(history.sends);
  // A thread that is gone altogether has lost all that was acknowledged.
  const log = of(history.logs)[0] ?? { thread, after: 0, entries: [] };
  const named = (kind: FindingKind, ids: readonly string[]): readonly Finding[] =>
    ids.map((entryId) => ({ kind, thread, entryId }));
  return [
    ...named('lost', lost(sends, log)),
    ...named('duplicate', twice(log.entries.map(({ entryId }) => entryId))),
    ...named('unsent', unsent(sends, log)),
    ...named('gap', gaps(log)),
    ...named('order', disordered(sends, log)),
    ...named('shown', shownOtherwise(of(history.lists), log)),
    ...named('after-removal', shownTooLate(of(history.lists))),
    ...named('recorded', recordedOtherwise(of(history.recorded), log)),
  ];
}

/** Entries of the run itself. */
function ofRun({ after, entries }: FinalLog) {
  return entries.filter(({ seq }) => seq > after);
}

function lost(sends: readonly Send[], { entries }: FinalLog): readonly string[] {
  const there = new Map(entries.map(({ seq, entryId }) => [seq, entryId]));
  return sends
    .filter(({ receipt, entryId }) => receipt !== null && there.get(receipt.seq) !== entryId)
    .map(({ entryId }) => entryId);
}

function twice(ids: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return ids.filter((id) => {
    const isSeen = seen.has(id);
    seen.add(id);
    return isSeen;
  });
}

function unsent(sends: readonly Send[], log: FinalLog): readonly string[] {
  const sent = new Set(sends.map(({ entryId }) => entryId));
  return ofRun(log)
    .map(({ entryId }) => entryId)
    .filter((entryId) => !sent.has(entryId));
}

function gaps(log: FinalLog): readonly string[] {
  return ofRun(log)
    .filter(({ seq }, at) => seq !== log.after + at + 1)
    .map(({ entryId }) => entryId);
}

/** Those that stand before one whose receipt had come before they were first sent. */
function disordered(sends: readonly Send[], { entries }: FinalLog): readonly string[] {
  const place = new Map(entries.map(({ seq, entryId }) => [entryId, seq]));
  const answered = sends
    .flatMap(({ receipt }) => receipt ?? [])
    .toSorted((one, other) => one.atMs - other.atMs);
  const begun = sends.toSorted((one, other) => one.startedMs - other.startedMs);
  let next = 0;
  let highest = 0;
  return begun.flatMap(({ entryId, startedMs }) => {
    for (; (answered[next]?.atMs ?? Infinity) < startedMs; next += 1) {
      highest = Math.max(highest, answered[next]?.seq ?? 0);
    }
    return (place.get(entryId) ?? Infinity) < highest ? [entryId] : [];
  });
}

/** Each list is the log from its place on, as far as it goes. */
function shownOtherwise(lists: RunHistory['lists'], log: FinalLog): readonly string[] {
  return lists.flatMap(({ after, entries }) => {
    const expected = log.entries.filter(({ seq }) => seq > after);
    return entries
      .filter((shown, at) => {
        const should = expected[at];
        return should?.seq !== shown.seq || should.entryId !== shown.entryId;
      })
      .map(({ entryId }) => entryId);
  });
}

function shownTooLate(lists: RunHistory['lists']): readonly string[] {
  return lists.flatMap(({ until, entries }) =>
    entries.filter(({ seq }) => until !== null && seq > until).map(({ entryId }) => entryId),
  );
}

function recordedOtherwise(recorded: RunHistory['recorded'], log: FinalLog): readonly string[] {
  const key = ({ seq, entryId }: { seq: number; entryId: string }) => `${seq} ${entryId}`;
  const entries = ofRun(log);
  const events = recorded.filter(({ seq }) => seq > log.after);
  const there = new Set(entries.map(key));
  const told = new Set(events.map(key));
  return [
    ...entries.filter((one) => !told.has(key(one))).map(({ entryId }) => entryId),
    ...events.filter((one) => !there.has(key(one))).map(({ entryId }) => entryId),
    ...twice(events.map(({ entryId }) => entryId)),
  ];
}
