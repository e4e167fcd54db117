import { describe, expect, it } from '@jest/globals';

import { foundIn, searchable, type Message } from './found-messages.js';

const ANYTHING = {
  words: '',
  personId: null,
  state: null,
  handling: null,
  hasFiles: false,
  from: null,
  until: null,
} as const;

function message(seq: number, more: Partial<Message> = {}): Message {
  const sentAt = `2026-11-${String((seq % 28) + 1).padStart(2, '0')}T10:00:00.000Z`;
  return { seq, author: null, sentAt, handling: 'EN1', text: `Nota ${seq}`, files: [], ...more };
}

function threadOf(threadId: string, ...messages: readonly Message[]) {
  return searchable({ threadId, title: threadId }, messages);
}

describe('what is found in threads', () => {
  it('comes newest first, whichever thread it is of, with its words in their place', () => {
    const threads = [
      threadOf('a', message(1, { text: 'El camión azul' }), message(9, { text: 'Nada' })),
      threadOf('b', message(3, { text: 'Otro camion' })),
    ];
    const { total, hits } = foundIn(threads, { ...ANYTHING, words: 'CAMION' });
    expect(total).toBe(2);
    expect(hits.map(({ threadId, hit }) => [threadId, hit])).toEqual([
      ['b', 'camion'],
      ['a', 'camión'],
    ]);
  });

  it('is counted whole, and shown as far as somebody reads it', () => {
    const many = Array.from({ length: 120 }, (_, at) => message(at));
    const { total, hits } = foundIn([threadOf('a', ...many)], { ...ANYTHING, words: 'nota' });
    expect([total, hits.length]).toEqual([120, 50]);
  });

  it('is narrowed by code, files and days, the last day left out', () => {
    const thread = threadOf(
      'a',
      message(1),
      message(2, { handling: 'EN2' }),
      message(3, { files: ['acta.pdf'] }),
    );
    const seqs = (more: Partial<Parameters<typeof foundIn>[1]>) =>
      foundIn([thread], { ...ANYTHING, ...more }).hits.map(({ seq }) => seq);
    expect(seqs({ handling: 'EN2' })).toEqual([2]);
    expect(seqs({ hasFiles: true })).toEqual([3]);
    expect(seqs({ words: 'acta' })).toEqual([3]);
    expect(seqs({ from: '2026-11-03T10:00:00.000Z', until: '2026-11-04T10:00:00.000Z' })).toEqual([
      2,
    ]);
    expect(seqs({})).toEqual([3, 2, 1]);
  });
});
