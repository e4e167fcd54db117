import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { CSSProperties, RefObject } from 'react';

import type { Entry } from './entry-place.js';

/** Up to so many rows the whole list stands in the document: the browser finds everything in it by itself. */
const WHOLE_MOST = 200;
/** Rows beyond the edges of the screen, so that a fast hand finds no blank. */
const BEYOND = 12;
/** Rows that were used last: what was opened in them stays open while they are out of sight. */
const USED_MOST = 12;
/** What a row takes before it was measured, and the space between two (`--space-3`). In CSS pixels. */
const USUAL_PX = { text: 150, event: 28, gap: 12 } as const;

/** Where a row stands in a list that is not in the document as a whole. */
export interface RowSlot {
  readonly at: number;
  readonly count: number;
  /** From the top of the list, in CSS pixels. */
  readonly top: number;
  readonly measure: (row: HTMLElement | null) => void;
}

/** The rows that stand in the document now. */
export interface EntryWindow {
  readonly list: RefObject<HTMLOListElement | null>;
  readonly isWhole: boolean;
  /** Of the list itself: as high as with all of its rows. */
  readonly style: CSSProperties;
  readonly rows: readonly { readonly entry: Entry; readonly slot: RowSlot | null }[];
  /** The row that the keyboard comes to by Tab. */
  readonly stop: number | null;
  /** Notes that a row is used. */
  readonly keep: (seq: number) => void;
  /** Brings an entry into sight and focuses it; nothing for one that is not here. */
  readonly goTo: (seq: number) => void;
}

/**
 * Of a long list the rows in sight and around it, those that were used last, and the stop of the keyboard, wherever
 * they are. Rows are known by the numbers of their entries, so that what comes at either end moves nothing that
 * somebody reads. What is printed is the whole list.
 */
export function useEntryWindow(entries: readonly Entry[], isPrinting: boolean): EntryWindow {
  const list = useRef<HTMLOListElement>(null);
  const { used, keep } = useUsed();
  const isWhole = isPrinting || entries.length <= WHOLE_MOST;
  const stop = used.at(-1) ?? entries.at(-1)?.seq ?? null;
  // oxlint-disable-next-line react/incompatible-library -- no compiler of React is used; rows get numbers alone
  const virtual = useWindowVirtualizer<HTMLElement>({
    count: entries.length,
    enabled: !isWhole,
    anchorTo: 'end',
    overscan: BEYOND,
    gap: USUAL_PX.gap,
    scrollMargin: useTop(list),
    indexAttribute: 'data-at',
    // A row that changes its size while others are looked at is looked at with the next picture.
    useAnimationFrameWithResizeObserver: true,
    getItemKey: useCallback((at: number) => entries[at]?.seq ?? at, [entries]),
    estimateSize: (at) => (entries[at]?.said.kind === 'text' ? USUAL_PX.text : USUAL_PX.event),
    rangeExtractor: useRange(entries, used, stop),
  });
  const goTo = useGoing(entries, {
    list,
    keep,
    bring: (row, at) => {
      if (isWhole) row.scrollIntoView({ block: 'center' });
      else virtual.scrollToIndex(at, { align: 'center' });
    },
  });
  const count = entries.length;
  const { measureElement: measure } = virtual;
  const rows = isWhole
    ? entries.map((entry) => ({ entry, slot: null }))
    : virtual.getVirtualItems().flatMap(({ index: at, start }) => {
        const entry = entries[at];
        const top = start - virtual.options.scrollMargin;
        return entry === undefined ? [] : [{ entry, slot: { at, count, top, measure } }];
      });
  const style = isWhole ? {} : { height: virtual.getTotalSize() };
  return { list, isWhole, style, rows, stop, keep, goTo };
}

/** The rows that were used last, the newest at the end. */
function useUsed() {
  const [used, setUsed] = useState<readonly number[]>([]);
  const keep = useCallback(
    (seq: number) =>
      setUsed((before) => {
        if (before.at(-1) === seq) return before;
        return [...before.filter((one) => one !== seq), seq].slice(-USED_MOST);
      }),
    [],
  );
  return { used, keep };
}

/** Goes to an entry: the row is kept first, and focused once it stands in the document. */
function useGoing(
  entries: readonly Entry[],
  {
    list,
    keep,
    bring,
  }: Pick<EntryWindow, 'list' | 'keep'> & {
    readonly bring: (row: HTMLElement, at: number) => void;
  },
): (seq: number) => void {
  const wanted = useRef<number | null>(null);
  const [, look] = useState(0);
  useLayoutEffect(() => {
    const { current: seq } = wanted;
    if (seq === null) return;
    const row = list.current?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
    if (row == null) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
    bring(
      row,
      entries.findIndex((entry) => entry.seq === seq),
    );
  });
  return useCallback(
    (seq) => {
      if (!entries.some((entry) => entry.seq === seq)) return;
      wanted.current = seq;
      keep(seq);
      look((times) => times + 1);
    },
    [entries, keep],
  );
}

/** The places that are in the document: those in sight, and the rows that are kept wherever they are. */
function useRange(
  entries: readonly Entry[],
  used: readonly number[],
  stop: number | null,
): (range: Range) => number[] {
  const kept = useMemo(() => {
    const seqs = new Set([...used, stop]);
    return entries.flatMap(({ seq }, at) => (seqs.has(seq) ? [at] : []));
  }, [entries, used, stop]);
  return useCallback(
    (range) => [...new Set([...defaultRangeExtractor(range), ...kept])].toSorted((a, b) => a - b),
    [kept],
  );
}

/** How far a list is from the top of the document, in CSS pixels: looked at again whenever the page is scrolled. */
function useTop(list: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const look = (): void => {
      const box = list.current?.getBoundingClientRect();
      if (box !== undefined) setTop(Math.round(box.top + scrollY));
    };
    look();
    addEventListener('scroll', look, { passive: true });
    return () => removeEventListener('scroll', look);
  }, [list]);
  return top;
}
