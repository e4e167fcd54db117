import {
  canonicalJson,
  isJsonObject,
  parseStrictJson,
  parseUtf8,
  utf8,
  type JsonValue,
} from '@enlace/kernel';

import type { LocalStore } from '../store/local-store.js';
import { StoreDamaged } from '../store/sealed-store.js';

const TABLE = 'device';
const KEY = 'counter';
/** How many ranges one sign-in reports; what is beyond waits for the next. */
const ABANDONED_RANGES_LIMIT = 64;

/** Numbers from `first` to `last`, both included. */
interface Range {
  readonly first: number;
  readonly last: number;
}

interface State {
  readonly last: number;
  /** Numbers that were taken and for which no answer proves that the server recorded them, ascending, apart. */
  readonly open: readonly Range[];
}

/**
 * The counter of a device over all its sessions (claim `seq`): from 1, one more for each proof, durable before anything
 * is sent under it. Auditors see a gap for every number that is neither an event nor reported as abandoned, so that the
 * server cannot drop an act unseen.
 *
 * If the program dies after `take`: the number stays open and is reported at the next sign-in. If it dies before
 * `settle` was durable: the same, and the auditor finds the event as well; a reported number with an event is no gap.
 */
export class DeviceCounter {
  readonly #store: LocalStore;
  #state: State;
  /** The last change; the next one waits for it, so that numbers become durable in their order. */
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(store: LocalStore, state: State) {
    this.#store = store;
    this.#state = state;
  }

  /** Throws `store.damaged`. */
  static async open(store: LocalStore): Promise<DeviceCounter> {
    const bytes = await store.get(TABLE, KEY);
    return new DeviceCounter(store, bytes === null ? { last: 0, open: [] } : readState(bytes));
  }

  /** The next number. When it resolves, no later start gives the same number again. */
  async take(): Promise<number> {
    return this.#change((state) => {
      const seq = state.last + 1;
      return {
        state: { last: seq, open: withNumbers(state.open, { first: seq, last: seq }) },
        result: seq,
      };
    });
  }

  /** An answer shows that the server has recorded the number. */
  async settle(seq: number): Promise<void> {
    await this.#change((state) => ({
      state: { ...state, open: withoutNumbers(state.open, { first: seq, last: seq }) },
      result: null,
    }));
  }

  /**
   * The server has seen a higher number: this store was set back (a restored disk). The numbers between are gone and
   * reported. Returns whether that happened; the caller then checks its vault.
   */
  async jumpBeyond(highestSeen: number): Promise<boolean> {
    return this.#change((state) => {
      if (highestSeen <= state.last) return { state, result: false };
      const lost = { first: state.last + 1, last: highestSeen };
      return { state: { last: highestSeen, open: withNumbers(state.open, lost) }, result: true };
    });
  }

  /** What a sign-in reports as abandoned: `n` or `first-last`, ascending. */
  get abandoned(): readonly string[] {
    return this.#state.open
      .slice(0, ABANDONED_RANGES_LIMIT)
      .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  }

  /** The sign-in that reported these was accepted. */
  async forget(reported: readonly string[]): Promise<void> {
    await this.#change((state) => ({
      state: { ...state, open: reported.map(readRange).reduce(withoutNumbers, state.open) },
      result: null,
    }));
  }

  async #change<Result>(
    change: (state: State) => { readonly state: State; readonly result: Result },
  ): Promise<Result> {
    const turn = this.#writing.then(async () => {
      const { state, result } = change(this.#state);
      if (state !== this.#state) {
        await this.#store.put(TABLE, KEY, encode(state));
        this.#state = state;
      }
      return result;
    });
    this.#writing = turn.catch(() => {});
    return turn;
  }
}

function withNumbers(open: readonly Range[], added: Range): readonly Range[] {
  const newest = open.at(-1);
  return newest && newest.last + 1 === added.first
    ? [...open.slice(0, -1), { first: newest.first, last: added.last }]
    : [...open, added];
}

function withoutNumbers(open: readonly Range[], gone: Range): readonly Range[] {
  return open.flatMap(({ first, last }) => [
    ...(first < gone.first ? [{ first, last: Math.min(last, gone.first - 1) }] : []),
    ...(last > gone.last ? [{ first: Math.max(first, gone.last + 1), last }] : []),
  ]);
}

function readRange(text: string): Range {
  const [first = 0, last = first] = text.split('-').map(Number);
  return { first, last };
}

function encode({ last, open }: State): Uint8Array {
  return utf8(canonicalJson({ last, open: open.map((range) => ({ ...range })) }));
}

function readState(bytes: Uint8Array): State {
  const value = parseStrictJson(parseUtf8(bytes));
  const { last, open } = isJsonObject(value) ? value : {};
  const isNumber = (number: JsonValue | undefined): number is number =>
    typeof number === 'number' && number >= 0;
  if (!isNumber(last) || !Array.isArray(open)) throw new StoreDamaged('not a counter');
  const items: readonly JsonValue[] = open;
  return {
    last,
    open: items.map((item) => {
      const range = isJsonObject(item) ? item : {};
      if (!isNumber(range['first']) || !isNumber(range['last'])) {
        throw new StoreDamaged('not a counter');
      }
      return { first: range['first'], last: range['last'] };
    }),
  };
}
