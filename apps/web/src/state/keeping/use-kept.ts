import { formatInstant, systemClock } from '@enlace/kernel';
import { useCallback, useEffect, useRef, useState } from 'react';

import { keptBeforeLock } from './lock-by-hand.js';

/** Where something that is being written is kept, sealed; the same object as long as it is the same place. */
export interface KeptPlace<Value> {
  readonly nothing: Value;
  readonly isNothing: (value: Value) => boolean;
  /** Null where nothing is kept. */
  readonly load: () => Promise<Value | null>;
  /** Null: nothing is being written any more. */
  readonly keep: (value: Value | null) => Promise<unknown>;
}

export interface Kept<Value> {
  readonly value: Value;
  /** When it was sealed and kept last, as it stands; null while it is not. */
  readonly keptAt: string | null;
  readonly change: (more: Partial<Value>) => void;
  /** It was sent: nothing of it is kept from here on, also where the page was left meanwhile. */
  readonly clear: () => void;
}

/** So long after the last key it is kept. In milliseconds. */
const KEPT_AFTER_MS = 500;

/** Something that is being written: it outlives a reload and a lock, and goes when it is nothing again. */
export function useKept<Value extends object>(place: KeptPlace<Value>): Kept<Value> {
  const [value, setValue] = useState(place.nothing);
  const [keptAt, setKeptAt] = useState<string | null>(null);
  /** What the store does not have yet. */
  const unkept = useRef<Value | null>(null);
  const isTouched = useRef(false);
  const latest = useRef(place.nothing);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** One after the other: sealing takes time, and what is taken away must not come back by it. */
  const keeping = useRef(Promise.resolve());
  const keep = useCallback(async () => {
    const { current } = unkept;
    if (current === null) return;
    unkept.current = null;
    const isNothing = place.isNothing(current);
    const before = keeping.current;
    const keepThis = async (): Promise<void> => {
      await before;
      try {
        await place.keep(isNothing ? null : current);
        if (!isNothing && latest.current === current) setKeptAt(formatInstant(systemClock.nowMs()));
      } catch {
        // A worker that has ended keeps nothing more; what it kept before is there.
      }
    };
    keeping.current = keepThis();
    await keeping.current;
  }, [place]);
  useEffect(() => {
    const load = async (): Promise<void> => {
      const held = await place.load();
      if (held === null || isTouched.current) return;
      latest.current = held;
      setValue(held);
    };
    load().catch(() => {});
  }, [place]);
  useKeptWhenLeft(unkept, keep);
  const change = useCallback(
    (more: Partial<Value>) => {
      const after = { ...latest.current, ...more };
      latest.current = after;
      unkept.current = after;
      isTouched.current = true;
      setKeptAt(null);
      setValue(after);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void keep(), KEPT_AFTER_MS);
    },
    [keep],
  );
  const clear = useCallback(() => {
    change(place.nothing);
    void keep();
  }, [change, keep, place]);
  return { value, keptAt, change, clear };
}

/** What is not kept yet is kept when the page is left or locked; a browser that is closed before that asks first. */
export function useKeptWhenLeft(
  unkept: { readonly current: unknown },
  keep: () => Promise<void>,
): void {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      const { current } = unkept;
      if (Array.isArray(current) ? current.length > 0 : current !== null) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    const forget = keptBeforeLock(keep);
    return () => {
      removeEventListener('beforeunload', ask);
      forget();
      void keep();
    };
  }, [unkept, keep]);
}
