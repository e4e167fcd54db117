import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import type { ClearKind } from './entry-kinds.js';
import { EntryMalformed } from './entry-malformed.js';
import { encodeThreadStatement, parseThreadStatement } from './thread-statements.js';

const vectors: {
  readonly accepted: readonly { readonly kind: ClearKind; readonly text: string }[];
  readonly refused: readonly {
    readonly why: string;
    readonly kind: ClearKind;
    readonly text: string;
  }[];
} = JSON.parse(
  readFileSync(new URL('../../vectors/thread-statements.json', import.meta.url), 'utf8'),
);

describe('the statement of a clear entry', () => {
  it.each(vectors.accepted)('of $kind has one text', ({ kind, text }) => {
    expect(encodeThreadStatement(kind, parseThreadStatement(kind, text))).toBe(text);
  });

  it.each(vectors.accepted)('of $kind is none of another kind', ({ kind, text }) => {
    const others = vectors.accepted.filter((other) => other.kind !== kind);
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) {
      expect(() => parseThreadStatement(other.kind, text)).toThrow(EntryMalformed);
    }
  });

  it.each(vectors.refused)('is refused: $why', ({ kind, text }) => {
    expect(() => parseThreadStatement(kind, text)).toThrow(EntryMalformed);
  });
});
