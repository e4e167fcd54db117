import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntryKind } from '@enlace/contracts';
import { cryptoReady } from '@enlace/e2ee';
import { parseId, type DeviceId } from '@enlace/kernel';
import { ThreadLab, type LabClient } from '@enlace/testing';

import { ANSWER_TURNS, answerDelayMs } from './answer-turn.js';

const { stepMs, longestMs } = ANSWER_TURNS;
const asked = (requestId: string, kind: EntryKind = 'access-request') => ({
  kind,
  effect: { effect: 'access-requested', statement: { v: 1, requestId, reason: 'new-device' } },
});

describe('the turn in which a device gives a key', () => {
  let members: readonly LabClient[];
  beforeAll(cryptoReady);
  beforeEach(async () => {
    const { lab, rosa, omar } = await ThreadLab.ofTwo('turns');
    const luis = lab.client(undefined, 'MX');
    await lab.invite(rosa, luis);
    await lab.join(luis);
    members = [rosa, omar, luis];
  });

  it('is one for each of them, in another order for each question', () => {
    const firsts = new Set<number>();
    for (let ask = 0; ask < 30; ask += 1) {
      const delays = members.map(({ view }) => answerDelayMs(view, asked(`question ${ask}`)));
      expect(delays.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, stepMs, 2 * stepMs]);
      firsts.add(delays.indexOf(0));
    }
    expect(firsts.size).toBe(members.length);
  });

  it('comes soon, however many devices are in the thread', () => {
    const { view } = members[0] ?? {};
    if (view?.members == null) throw new Error('nobody');
    const [leaf] = view.members.leaves;
    if (leaf === undefined) throw new Error('no device');
    const leaves = Array.from({ length: 500 }, (_, at) => ({
      ...leaf,
      deviceId: parseId<DeviceId>(
        view.self.deviceId.replace(/^.{8}/u, at.toString(16).padStart(8, '0')),
      ),
    }));
    const crowd = { ...view, members: { ...view.members, leaves } };
    const delays = Array.from({ length: 50 }, (_, ask) => answerDelayMs(crowd, asked(`${ask}`)));
    expect(delays.every((delay) => Number(delay) <= longestMs)).toBe(true);
    expect(delays).toContain(longestMs);
  });

  it('is none for what asks for no key', () => {
    const { view } = members[0] ?? {};
    if (view === undefined) throw new Error('nobody');
    expect(answerDelayMs(view, asked('one', 'message'))).toBeNull();
    expect(answerDelayMs(view, { kind: 'access-request', effect: {} })).toBeNull();
  });
});
