import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bodyHashOf, decodeEntry } from '@enlace/contracts';
import type { EntryId } from '@enlace/kernel';
import { ThreadLab, type LabClient } from '@enlace/testing';

import { cryptoReady } from '../../sodium.js';
import { unexplainedErasures } from './erasures.js';
import type { ErasedParts, LogItem } from '../receive/ground.js';

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
let said: number;
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('erasures'));
  omar.isAsleep = true;
  lab.say(rosa, 'a slip');
  said = lab.log.length;
  await lab.readAll();
});

const redact = (
  by: LabClient,
  targets: number[],
  reason: 'withdrawn' | 'steward' = 'withdrawn',
) => {
  const statement = { v: 1, targets, reason } as const;
  lab.send(by, { entryId: lab.id<EntryId>(), kind: 'redaction', statement });
};

/** The server keeps the body of an entry back, and says why. */
function erase(seq: number, by: ErasedParts['by']): void {
  const item = lab.log[seq - 1];
  if (!(item?.entry instanceof Uint8Array)) throw new Error('no such entry');
  const entry = decodeEntry(item.entry);
  const { headerBytes, commitment, signature } = entry;
  const erased: LogItem['entry'] = {
    headerBytes,
    commitment,
    signature,
    bodyHash: bodyHashOf(entry),
    by,
  };
  lab.log[seq - 1] = { ...item, entry: erased };
}

const next = () => {
  const item = lab.log[omar.view.head.seq];
  if (item === undefined) throw new Error('no entry');
  return lab.receive(omar, item);
};

describe('an erased entry', () => {
  it('stays verifiable: its place, its author, and the entry that allows it', async () => {
    redact(rosa, [said]);
    await lab.readAll();
    erase(said, said + 1);
    await lab.read(omar);
    expect(omar.shown.get(said)).toEqual({ kind: 'placeholder', reason: 'redacted' });
    expect(omar.shown.get(said + 1)).toMatchObject({ kind: 'redacted' });
    expect(omar.view.head.chain).toEqual(rosa.view.head.chain);
    expect(unexplainedErasures(omar.view, lab.nowMs)).toEqual([]);
  });

  it.each<[string, ErasedParts['by']]>([
    ['an entry before it', 1],
    ['itself', 5],
  ])('is a gap when it is said to be allowed by %s', async (_, by) => {
    erase(said, by === 5 ? said : by);
    expect(await next()).toMatchObject({ kind: 'stopped', alert: { kind: 'GAP' } });
  });

  it('is a gap when the entry that it names says nothing of it', async () => {
    lab.say(rosa, 'no redaction');
    await lab.readAll();
    erase(said, said + 1);
    expect((await next()).kind).toBe('taken');
    expect(unexplainedErasures(omar.view, lab.nowMs)).toEqual([said]);
    expect(await next()).toMatchObject({
      kind: 'stopped',
      alert: { kind: 'GAP', facts: { rule: 'erased-by' } },
    });
  });

  it('is not what a member makes of the entry of another one', async () => {
    omar.isAsleep = false;
    await lab.readAll();
    redact(omar, [said]);
    await lab.read(rosa);
    expect(rosa.heard).toMatchObject([{ kind: 'UNAUTHORIZED', facts: { rule: 'target' } }]);
  });

  it('is a gap too when the redaction that it names is refused', async () => {
    redact(omar, [said]);
    erase(said, said + 1);
    expect((await next()).kind).toBe('taken');
    expect(await next()).toMatchObject({ kind: 'stopped', alert: { kind: 'GAP' } });
    lab.log[said] = { seq: said + 1, acceptedAtMs: lab.nowMs, entry: new Uint8Array(300) };
    expect(await next()).toMatchObject({ kind: 'stopped', alert: { kind: 'GAP' } });
  });

  it('has gone at the end of its term, by the own clock of the reader', async () => {
    erase(said, 'retention');
    expect(await next()).toMatchObject({ effect: { reason: 'retention-ended' } });
    const at = (days: number) => unexplainedErasures(omar.view, lab.nowMs + days * 86_400_000);
    expect(at(1_097)).toEqual([]);
    // A term that is not over, and no clock at all, explain nothing.
    expect(at(1_095)).toEqual([said]);
    expect(unexplainedErasures(omar.view, null)).toEqual([said]);
  });

  it('is none of what the thread is made of: commits and acts stay', async () => {
    await lab.commit(rosa, { act: 'update' });
    await lab.readAll();
    await lab.read(omar);
    await lab.commit(rosa, { act: 'update' });
    await lab.read(rosa);
    erase(lab.log.length, lab.log.length + 1);
    expect(await next()).toMatchObject({ alert: { kind: 'GAP', facts: { rule: 'erased-kind' } } });
  });

  it('with another hash of its body was not signed', async () => {
    erase(said, said + 1);
    const item = lab.log[said - 1];
    if (item === undefined || item.entry instanceof Uint8Array) throw new Error('not erased');
    lab.log[said - 1] = { ...item, entry: { ...item.entry, bodyHash: new Uint8Array(32) } };
    expect(await next()).toMatchObject({ alert: { kind: 'BAD_SIG' } });
  });
});

describe('a redaction', () => {
  it.each(['steward', 'withdrawn'] as const)(
    'of reason %s is taken from who may',
    async (reason) => {
      redact(rosa, [said], reason);
      await lab.read(rosa);
      expect(rosa.shown.get(said + 1)).toMatchObject({ kind: 'redacted', statement: { reason } });
    },
  );

  it('erases sealed bodies of earlier entries, and nothing else', async () => {
    redact(rosa, [2]);
    await lab.read(rosa);
    redact(rosa, [lab.log.length + 1]);
    await lab.read(rosa);
    expect(rosa.heard).toMatchObject([
      { kind: 'UNAUTHORIZED', facts: { rule: 'target' } },
      { kind: 'MALFORMED', facts: { rule: 'target' } },
    ]);
  });

  it('by another reason than withdrawing is for stewards', async () => {
    omar.isAsleep = false;
    await lab.readAll();
    redact(omar, [said], 'steward');
    await lab.read(rosa);
    expect(rosa.heard).toMatchObject([{ kind: 'UNAUTHORIZED', facts: { rule: 'steward' } }]);
  });
});
