import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { checkHistory } from './check-history.js';
import type { FindingKind, Place, RunHistory, Send } from './run-history.js';

const THREADS = ['one', 'two'];
const WRITERS = 3;
/** Entries that were there before the run. */
const BEFORE = 2;

/** A run as it has to be: each writer sends one after the other, some answers are lost with a killed node. */
function aCleanRun(perThread: number, unanswered: ReadonlySet<number> = new Set()): RunHistory {
  const logs = THREADS.map((thread) => ({
    thread,
    after: BEFORE,
    entries: Array.from({ length: BEFORE + perThread }, (_, at) => ({
      seq: at + 1,
      entryId: `${thread}-${at + 1}`,
    })),
  }));
  const placed = logs.flatMap(({ thread, entries }) =>
    entries.filter(({ seq }) => seq > BEFORE).map((place) => ({ thread, ...place })),
  );
  const sends = placed.map(({ thread, seq, entryId }): Send => {
    // Those of as many writers overlap; each begins after its own last receipt.
    const startedMs = seq * 10;
    const receipt = { seq, atMs: startedMs + 10 * WRITERS - 5 };
    return { thread, entryId, startedMs, receipt: unanswered.has(seq) ? null : receipt };
  });
  const lists = logs.flatMap(({ thread, entries }) => [
    { client: 'whole', thread, after: 0, until: null, entries },
    { client: 'late', thread, after: 4, until: null, entries: entries.slice(4, -2) },
    { client: 'gone', thread, after: 0, until: 5, entries: entries.slice(0, 5) },
  ]);
  return { sends, logs, lists, recorded: placed };
}

const kindsOf = (history: RunHistory): readonly FindingKind[] => [
  ...new Set(checkHistory(history).map(({ kind }) => kind)),
];

/** The same run with another log of its first thread, seen by nobody and not in the record. */
function withLog(run: RunHistory, change: (entries: readonly Place[]) => readonly Place[]) {
  const logs = run.logs.map((log, at) =>
    at === 0 ? { ...log, entries: change(log.entries) } : log,
  );
  const [first] = run.logs;
  const recorded = run.recorded.filter(({ thread }) => thread !== first?.thread);
  const told = logs
    .filter(({ thread }) => thread === first?.thread)
    .flatMap(({ thread, after, entries }) =>
      entries.filter(({ seq }) => seq > after).map((place) => ({ thread, ...place })),
    );
  return { ...run, logs, lists: [], recorded: [...recorded, ...told] };
}

const renumbered = (entries: readonly Place[]): readonly Place[] =>
  entries.map(({ entryId }, at) => ({ seq: at + 1, entryId }));

/** Where something is planted: anywhere in the run. */
const COUNT = 40;
const anywhere = fc.integer({ min: BEFORE, max: BEFORE + COUNT - 1 });

describe('the checker', () => {
  it('finds nothing in a run as it has to be, also where answers were lost', () => {
    expect(checkHistory(aCleanRun(COUNT))).toEqual([]);
    expect(checkHistory(aCleanRun(COUNT, new Set([3, 7, 20])))).toEqual([]);
  });

  it('finds nothing in a send that never got there and was never acknowledged', () => {
    const run = aCleanRun(COUNT);
    const pending = { thread: 'one', entryId: 'nowhere', startedMs: 50, receipt: null };
    expect(checkHistory({ ...run, sends: [...run.sends, pending] })).toEqual([]);
  });

  it('finds every acknowledged entry that is not there', () => {
    fc.assert(
      fc.property(anywhere, (at) => {
        const lossy = withLog(aCleanRun(COUNT), (entries) => entries.toSpliced(at, 1));
        expect(kindsOf(lossy)).toContain('lost');
        const hidden = withLog(aCleanRun(COUNT), (entries) => renumbered(entries.toSpliced(at, 1)));
        expect(kindsOf(hidden)).toContain('lost');
      }),
    );
  });

  it('finds a thread that is gone, with all that was acknowledged in it', () => {
    const run = aCleanRun(COUNT);
    const findings = checkHistory({ ...run, logs: run.logs.slice(1) });
    expect(findings.filter(({ kind }) => kind === 'lost')).toHaveLength(COUNT);
  });

  it('finds every entry that is there twice, acknowledged or not', () => {
    fc.assert(
      fc.property(anywhere, anywhere, (at, to) => {
        const run = aCleanRun(COUNT, new Set(Array.from({ length: COUNT }, (_, one) => one + 3)));
        const twice = withLog(run, (entries) => {
          const again = entries[at];
          return again === undefined ? entries : renumbered(entries.toSpliced(to, 0, again));
        });
        expect(kindsOf(twice)).toContain('duplicate');
      }),
    );
  });

  it('finds every gap', () => {
    fc.assert(
      fc.property(anywhere, (at) => {
        const run = aCleanRun(COUNT, new Set(Array.from({ length: COUNT }, (_, one) => one + 3)));
        const gapped = withLog(run, (entries) =>
          entries.map((place, index) => (index < at ? place : { ...place, seq: place.seq + 1 })),
        );
        expect(kindsOf(gapped)).toContain('gap');
      }),
    );
  });

  it('finds every entry before one that was acknowledged when it was first sent', () => {
    fc.assert(
      fc.property(fc.integer({ min: BEFORE, max: BEFORE + COUNT - 1 - WRITERS }), (at) => {
        const run = aCleanRun(COUNT);
        const swapped = withLog(run, (entries) => {
          const [one, other] = [entries[at], entries[at + WRITERS]];
          if (one === undefined || other === undefined) throw new RangeError('nothing to swap');
          return renumbered(entries.with(at, other).with(at + WRITERS, one));
        });
        const placed = new Map(swapped.logs[0]?.entries.map(({ seq, entryId }) => [entryId, seq]));
        // The receipts say it as the log does: only the times tell.
        const sends = run.sends.map((send) => {
          const seq = placed.get(send.entryId);
          return send.receipt === null || seq === undefined
            ? send
            : { ...send, receipt: { ...send.receipt, seq } };
        });
        expect(kindsOf({ ...swapped, sends })).toEqual(['order']);
      }),
    );
  });

  it('finds what nobody sent', () => {
    const planted = withLog(aCleanRun(COUNT), (entries) => [
      ...entries,
      { seq: entries.length + 1, entryId: 'planted' },
    ]);
    expect(checkHistory(planted)).toEqual([{ kind: 'unsent', thread: 'one', entryId: 'planted' }]);
  });

  it('finds what a client showed otherwise: left out, twice, in another order, or after its removal', () => {
    const shown = (client: string, change: (entries: readonly Place[]) => readonly Place[]) => {
      const run = aCleanRun(COUNT);
      const lists = run.lists.map((list) =>
        list.client === client ? { ...list, entries: change(list.entries) } : list,
      );
      return kindsOf({ ...run, lists });
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (at) => {
        expect(shown('whole', (entries) => entries.toSpliced(at, 1))).toEqual(['shown']);
        const twice = (entries: readonly Place[]) =>
          entries.toSpliced(at, 0, ...entries.slice(at, at + 1));
        expect(shown('late', twice)).toEqual(['shown']);
        const swapped = (entries: readonly Place[]) =>
          entries.toSpliced(at, 2, ...entries.slice(at, at + 2).toReversed());
        expect(shown('whole', swapped)).toEqual(['shown']);
      }),
    );
    const sixth = (entries: readonly Place[]) => [...entries, { seq: 6, entryId: 'one-6' }];
    expect(shown('gone', sixth)).toContain('after-removal');
  });

  it('finds an entry without an event, with two, and an event without an entry', () => {
    const run = aCleanRun(COUNT);
    const [first] = run.recorded;
    if (first === undefined) throw new RangeError('no event');
    const finding = { kind: 'recorded', thread: first.thread, entryId: first.entryId };
    const told = (recorded: RunHistory['recorded']) => checkHistory({ ...run, recorded });
    expect(told(run.recorded.slice(1))).toEqual([finding]);
    expect(told([...run.recorded, first])).toEqual([finding]);
    const other = { ...first, seq: 999, entryId: 'nothing' };
    expect(told([...run.recorded, other])).toEqual([{ ...finding, entryId: 'nothing' }]);
  });

  it('ends for a run of many entries', () => {
    expect(checkHistory(aCleanRun(20_000))).toEqual([]);
  });
});
