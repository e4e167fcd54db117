import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { toHex, type PersonId } from '@enlace/kernel';

import { EntryMalformed } from '../entry-malformed.js';
import { changesHash, type ThreadChange } from './thread-changes.js';
import {
  encodeThreadState,
  parseThreadState,
  threadStateHash,
  waitingPersons,
} from './thread-state.js';

const vectors: {
  readonly states: readonly { readonly text: string; readonly hash: string }[];
  readonly changes: readonly { readonly list: readonly ThreadChange[]; readonly hash: string }[];
  readonly refused: readonly { readonly why: string; readonly text: string }[];
} = JSON.parse(
  readFileSync(new URL('../../../vectors/thread-state.json', import.meta.url), 'utf8'),
);

describe('the state of a thread', () => {
  it.each(vectors.states)('is frozen: $hash', ({ text, hash }) => {
    const state = parseThreadState(text);
    expect(encodeThreadState(state)).toBe(text);
    expect(toHex(threadStateHash(state))).toBe(hash);
  });

  it.each(vectors.refused)('is refused: $why', ({ text }) => {
    expect(() => parseThreadState(text)).toThrow(EntryMalformed);
  });

  it('is waited in by invited persons, and by members without a device in the group', () => {
    const state = parseThreadState(vectors.states[1]?.text ?? '');
    const [rosa, omar] = state.members.map(({ personId }) => personId);
    const [invited] = state.invitations.map(({ personId }) => personId);
    const waiting = (...withLeaf: readonly (PersonId | undefined)[]) =>
      waitingPersons(state, {
        withLeaf: new Set(withLeaf.filter((id) => id !== undefined)),
        left: [],
      });
    expect(waiting(rosa, omar)).toEqual(new Set([invited]));
    expect(waiting(rosa)).toEqual(new Set([omar, invited]));
    const left = omar === undefined ? [] : [omar];
    expect(waitingPersons(state, { withLeaf: new Set(), left })).toEqual(new Set([rosa, invited]));
  });
});

describe('the hash of changes', () => {
  it.each(vectors.changes)('is frozen: $hash', ({ list, hash }) => {
    expect(toHex(changesHash(list))).toBe(hash);
  });
});
