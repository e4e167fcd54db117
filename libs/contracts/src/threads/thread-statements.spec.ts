import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

import { parseId, type ThreadInvitationId } from '@enlace/kernel';

import type { ClearKind } from './entry-kinds.js';
import { EntryMalformed } from './entry-malformed.js';
import { THREAD_LIMITS } from './thread-limits.js';
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

  it('makes so many changes, and erases so many entries, and not one more', () => {
    const lapse = (_: unknown, at: number) => ({
      op: 'lapse' as const,
      invitationId: parseId<ThreadInvitationId>(
        `01900000-0000-7000-8000-${at.toString(16).padStart(12, '0')}`,
      ),
    });
    const text = vectors.accepted.find(({ kind }) => kind === 'commit')?.text ?? '';
    const commit = parseThreadStatement('commit', text);
    const changes = Array.from({ length: THREAD_LIMITS.changesPerCommit + 1 }, lapse);
    expect(() => encodeThreadStatement('commit', { ...commit, changes })).toThrow(EntryMalformed);
    changes.pop();
    expect(encodeThreadStatement('commit', { ...commit, changes })).toContain('lapse');
    const redaction = { v: 1, reason: 'steward' } as const;
    const targets = Array.from({ length: THREAD_LIMITS.redactionTargets + 1 }, (_, at) => at + 1);
    expect(() => encodeThreadStatement('redaction', { ...redaction, targets })).toThrow(
      EntryMalformed,
    );
    targets.pop();
    expect(encodeThreadStatement('redaction', { ...redaction, targets })).toContain('256');
  });

  it.each(vectors.refused)('is refused: $why', ({ kind, text }) => {
    expect(() => parseThreadStatement(kind, text)).toThrow(EntryMalformed);
  });
});
