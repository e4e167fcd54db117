import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { cryptoReady, epochName, type ThreadView } from '@enlace/e2ee';
import { ThreadLab, type LabClient } from '@enlace/testing';

import type { KeptEntry } from '../kept/kept-entry.js';
import { planHistory } from './plan-history.js';

beforeAll(cryptoReady);

let lab: ThreadLab;
let rosa: LabClient;
let omar: LabClient;
/** 1 genesis, 2 invites Omar, 3 joins, 4 "one", 5 keys, 6 "two", 7 keys, 8 "three": epochs 0, 1, 2, 2, 3, 3, 4, 4. */
beforeEach(async () => {
  ({ lab, rosa, omar } = await ThreadLab.ofTwo('plan history'));
  for (const text of ['one', 'two']) {
    lab.say(rosa, text);
    await lab.readAll();
    await lab.commit(rosa, { act: 'update' });
    await lab.readAll();
  }
  lab.say(rosa, 'three');
  await lab.readAll();
});

const keptBy = ({ shown }: LabClient): readonly KeptEntry[] =>
  [...shown].map(([seq, effect]) => ({
    seq,
    acceptedAtMs: 1,
    chain: new Uint8Array(32),
    kind: null,
    entryId: null,
    author: null,
    effect: {
      effect: effect.kind,
      ...(effect.kind === 'committed' ? { epoch: effect.epoch } : {}),
    },
    alerts: [],
    bytes: bytesAt(seq),
  }));
const bytesAt = (seq: number): Uint8Array | null => {
  const entry = lab.log[seq - 1]?.entry;
  return entry instanceof Uint8Array ? entry : null;
};
const planOf = (
  by: LabClient,
  [fromSeq, toSeq]: readonly [number, number],
  view: Partial<ThreadView> = {},
) => planHistory({ ...by.view, ...view }, keptBy(by), { fromSeq, toSeq });

describe('history that a steward may give', () => {
  it('is whole epochs, from the entry that begins the first one', () => {
    expect(planOf(rosa, [1, 8])).toEqual({
      ranges: [{ fromSeq: 1, toSeq: 8, fromEpoch: 0, toEpoch: 4 }],
      excluded: [],
    });
    expect(planOf(rosa, [4, 4]).ranges).toEqual([
      { fromSeq: 3, toSeq: 4, fromEpoch: 2, toEpoch: 2 },
    ]);
    expect(planOf(rosa, [6, 7]).ranges).toEqual([
      { fromSeq: 5, toSeq: 7, fromEpoch: 3, toEpoch: 4 },
    ]);
    expect(planOf(rosa, [9, 20])).toEqual({ ranges: [], excluded: [] });
  });

  it('leaves out an epoch that holds something for named recipients, on both sides of which there is more', () => {
    const named = new Set([epochName({ incarnation: 0, epoch: 3 })]);
    expect(planOf(rosa, [1, 8], { named })).toEqual({
      ranges: [
        { fromSeq: 1, toSeq: 4, fromEpoch: 0, toEpoch: 2 },
        { fromSeq: 7, toSeq: 8, fromEpoch: 4, toEpoch: 4 },
      ],
      excluded: [{ fromSeq: 5, toSeq: 6 }],
    });
  });

  it('leaves out an epoch whose key is not here', () => {
    const name = epochName({ incarnation: 0, epoch: 3 });
    const known = rosa.view.epochs.get(name);
    if (known === undefined) throw new Error('no epoch');
    const epochs = new Map([...rosa.view.epochs, [name, { ...known, epochKey: null }]]);
    expect(planOf(rosa, [5, 8], { epochs }).excluded).toEqual([{ fromSeq: 5, toSeq: 6 }]);
  });

  it('begins for a later member with the own membership', () => {
    const { ranges, excluded } = planOf(omar, [1, 8]);
    expect(excluded).toEqual([{ fromSeq: 2, toSeq: 2 }]);
    expect(ranges).toEqual([{ fromSeq: 3, toSeq: 8, fromEpoch: 2, toEpoch: 4 }]);
  });

  it('is nothing for somebody who does not know the members', () => {
    expect(planOf(rosa, [1, 8], { members: null }).ranges).toEqual([]);
  });
});
