import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  APPEND_RECEIPT_LABEL,
  encodeEntry,
  entryHash,
  receiptSignedBytes,
  type Entry,
} from '@enlace/contracts';
import {
  concatBytes,
  DomainError,
  systemRandom,
  toBase64Url,
  utf8,
  type JsonValue,
} from '@enlace/kernel';
import { aClearEntry, aNoteSigner } from '@enlace/testing';
import { cryptoReady } from '@enlace/trust';

import { ServerProblem } from '../../server-problem.js';
import { ServerUnreachable } from '../../transport/client-error.js';
import type { ClientRequest } from '../../transport/http-transport.js';
import { deliver, type Patience } from './deliver.js';

const signer = aNoteSigner('receipts.enlace.example', { seedByte: 7 });
const trust = { receiptKeys: [signer.key] };
const blob = utf8('a package');

function receiptOf(entry: Entry): string {
  const { threadId, entryId } = entry.header;
  const said = receiptSignedBytes({
    threadId,
    seq: 6,
    entryId,
    entryHash: entryHash(entry),
    chain: new Uint8Array(32),
    acceptedAtMs: 1,
    auditLeafHash: new Uint8Array(32),
  });
  const signature = signer.sign(concatBytes(utf8(`${APPEND_RECEIPT_LABEL}\0`), said));
  return toBase64Url(concatBytes(said, signature));
}

describe('an item of the outbox on its way', () => {
  const entry = aClearEntry();
  const { threadId, entryId } = entry.header;
  const prepared = { entries: [encodeEntry(entry)], blobs: [blob], next: null };
  const item = { threadId, entryId, intent: { act: 'leave' }, prepared };
  const accepted = {
    receipts: [receiptOf(entry)],
    head: { seq: 6, epoch: 3, incarnation: 0 },
  };
  let asked: ClientRequest[];
  let waits: number[];

  beforeAll(cryptoReady);
  beforeEach(() => {
    asked = [];
    waits = [];
  });

  /** Appends are answered one after the other; the last answer is given for ever. */
  const against = async (answers: readonly (JsonValue | Error)[], tries = 5, sent = item) => {
    const rest = [...answers];
    const patience: Patience = { tries, pause: async (ms) => void waits.push(ms) };
    const session = {
      requestOctets: async () => new Uint8Array(),
      request: async (request: ClientRequest): Promise<JsonValue> => {
        asked.push(request);
        if (request.method === 'PUT') return null;
        const answer = rest.length > 1 ? rest.shift() : rest[0];
        if (answer instanceof Error) throw answer;
        return answer ?? null;
      },
    };
    return deliver(sent, { session, trust, random: systemRandom, patience });
  };
  const appends = () => asked.filter(({ method }) => method === 'POST').map(({ body }) => body);
  const problem = (code: ConstructorParameters<typeof ServerProblem>[0], facts = {}) =>
    new ServerProblem(code, { facts });
  const unreachable = new ServerUnreachable('no answer');

  it('is handed in with its blobs before it, and receipted', async () => {
    expect(await against([accepted])).toMatchObject({ kind: 'accepted', receipts: [{ seq: 6 }] });
    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'POST']);
  });

  it('is sent again with the same bytes while nobody knows what became of it', async () => {
    const lost = [unreachable, problem('client.unknown-problem'), problem('service.unavailable')];
    expect(await against([...lost, accepted])).toMatchObject({ kind: 'accepted' });
    expect(appends()).toHaveLength(4);
    expect(new Set(appends().map((body) => JSON.stringify(body))).size).toBe(1);
    expect(waits).toHaveLength(3);
  });

  it('waits as long as the server asks for, and no more than five minutes', async () => {
    const busy = (retryAfterSeconds: number) => problem('rate.limited', { retryAfterSeconds });
    await against([busy(7), busy(1e9), busy(-1), accepted]);
    expect(waits[0]).toBeGreaterThanOrEqual(7_000);
    expect(waits[0]).toBeLessThanOrEqual(8_000);
    expect(waits[1]).toBe(300_000);
    expect(waits[2]).toBeLessThanOrEqual(4_000);
  });

  it('stays for the next command when patience ends, or the session has', async () => {
    await expect(against([unreachable], 3)).rejects.toThrow(
      expect.objectContaining({ code: 'client.unreachable' }),
    );
    expect(appends()).toHaveLength(3);
    asked = [];
    await expect(against([problem('session.ended')])).rejects.toThrow(
      expect.objectContaining({ code: 'session.ended' }),
    );
    expect(appends()).toHaveLength(1);
  });

  it.each([
    'entry.stale-epoch',
    'entry.removal-required',
    'entry.device-sequence',
    'commit.invalid',
    'grant.recipient',
    'blob.missing',
  ] as const)('is made again after %s, which is definitive', async (code) => {
    const facts = { epoch: 4 };
    expect(await against([problem(code, facts)])).toMatchObject({
      kind: 'again',
      why: code,
      facts,
    });
    expect(waits).toEqual([]);
  });

  it.each(['thread.closed', 'access.denied', 'entry.malformed', 'thread.not-found'] as const)(
    'is refused for good by %s',
    async (code) => {
      expect(await against([problem(code)])).toMatchObject({ kind: 'refused', problem: { code } });
      expect(appends()).toHaveLength(1);
    },
  );

  it('is unsent where nobody shows to be there for it, unless it may have gone out before', async () => {
    class NobodyThere extends DomainError {
      override readonly code = 'client.passkey-refused';
      override readonly kind = 'forbidden';
    }
    const refused = new NobodyThere('nobody showed to be there');
    expect(await against([refused])).toEqual({ kind: 'unsent', error: refused });
    const lost = new ServerUnreachable('no answer');
    await expect(against([lost, refused])).rejects.toBe(refused);
    expect(appends()).toHaveLength(3);
  });

  it('was accepted before, where the log has these bytes under its id', async () => {
    const conflict = (receipt: string) => [problem('entry.conflict', { receipt })];
    expect(await against(conflict(receiptOf(entry)))).toMatchObject({ kind: 'accepted' });
    for (const other of [receiptOf(aClearEntry()), 'AAAA', '']) {
      expect(await against(conflict(other))).toMatchObject({ kind: 'refused' });
    }
  });

  it('is not accepted by a receipt for something else', async () => {
    const lie = { ...accepted, receipts: [receiptOf(aClearEntry({ threadId }))] };
    await expect(against([lie])).rejects.toThrow(
      expect.objectContaining({ code: 'append-receipt.refused' }),
    );
  });

  it('opens a thread with the package beside it', async () => {
    const genesis = aClearEntry({ kind: 'genesis' });
    const opening = { ...prepared, entries: [encodeEntry(genesis)] };
    const answer = { ...accepted, receipts: [receiptOf(genesis)] };
    const sent = { ...item, prepared: opening };
    expect(await against([answer], 1, sent)).toMatchObject({ kind: 'accepted' });
    expect(asked).toMatchObject([{ method: 'POST', path: '/threads' }]);
  });
});
