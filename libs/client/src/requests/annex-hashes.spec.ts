import { describe, expect, it } from '@jest/globals';
import { toBase64Url, toHex, type JsonObject } from '@enlace/kernel';

import type { KeptEntry } from '../threads/kept/kept-entry.js';
import { withAnnexHashes } from './annex-hashes.js';

const hash = (octet: number): Uint8Array => new Uint8Array(32).fill(octet);

/** A message with files, each of which is its name and what its hash consists of. */
function message(
  seq: number,
  ...files: readonly (readonly [name: string, octet: number])[]
): KeptEntry {
  const attachments = files.map(([name, octet]) => ({
    attachmentId: `01900000-0000-7000-8000-0000000000${String(octet).padStart(2, '0')}`,
    name,
    sha256: toBase64Url(hash(octet)),
  }));
  return {
    seq,
    acceptedAtMs: 1,
    chain: hash(0),
    kind: 'message',
    entryId: null,
    author: null,
    effect: { effect: 'content', content: { type: 'text', text: 'Anexos', attachments } },
    alerts: [],
    bytes: null,
  };
}

const hashesIn = ({ annexes }: JsonObject): unknown =>
  (annexes as readonly JsonObject[]).map(({ sha256 }) => sha256);

describe('the annexes of a request', () => {
  const request = { id: 'CR-1', annexes: [{ id: 'a1', title: 'Texto' }, { id: 'orden.2' }] };

  it('are the newest files of their names, whatever the extension', () => {
    const entries = [
      message(1, ['a1.pdf', 1], ['orden.2.docx', 2]),
      message(2, ['otro.pdf', 3], ['a1', 4]),
    ];
    const filled = withAnnexHashes(request, entries);
    expect(hashesIn(filled)).toEqual([toHex(hash(4)), toHex(hash(2))]);
    expect(filled).toMatchObject({ id: 'CR-1', annexes: [{ id: 'a1', title: 'Texto' }, {}] });
  });

  it('keep a hash that was written where no file is, and lose it to a file', () => {
    const annexes = ['a1', 'a3'].map((id) => ({ id, sha256: toHex(hash(9)) }));
    const filled = withAnnexHashes({ annexes }, [message(1, ['a1.pdf', 1])]);
    expect(hashesIn(filled)).toEqual([toHex(hash(1)), toHex(hash(9))]);
  });

  it('are all named that have neither', () => {
    const annexes = [...request.annexes, { id: 'a3' }, { title: 'Sin nombre' }];
    const entries = [message(1, ['a3.pdf', 1], ['a1x.pdf', 2], ['.a1', 3], ['A1.pdf', 4])];
    expect(() => withAnnexHashes({ annexes }, entries)).toThrow(
      expect.objectContaining({
        code: 'request.annex-missing',
        facts: { annexes: 'a1, orden.2, 4' },
      }),
    );
  });

  it('may be none', () => {
    for (const none of [{ id: 'CR-1' }, { annexes: [] }, { annexes: null }]) {
      expect(withAnnexHashes(none, [])).toEqual(none);
    }
  });
});
