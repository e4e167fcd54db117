import { beforeAll, describe, expect, it } from '@jest/globals';
import { GROUP_SUITES } from '@enlace/contracts';
import type { EntryId } from '@enlace/kernel';
import { SeededRandom, ThreadLab, type LabClient } from '@enlace/testing';

import { cryptoReady } from '../sodium.js';
import { giveKeys } from './plan/give-keys.js';
import { openGranted, withLateKeys } from './view/late-keys.js';
import { startReading } from './view/thread-view.js';

beforeAll(cryptoReady);

/** What a client can read, in its order. */
function texts({ shown }: LabClient): readonly string[] {
  return [...shown.values()].flatMap((effect) =>
    effect.kind === 'content' && effect.content.type === 'text' ? [effect.content.text] : [],
  );
}

describe('a thread', () => {
  it('is opened, and read by whoever is invited from the invitation on', async () => {
    const lab = new ThreadLab(new SeededRandom('a thread'));
    const rosa = lab.client();
    const omar = lab.client(undefined, 'GT');
    await lab.open(rosa);
    lab.say(rosa, 'before Omar');
    await lab.read(rosa);
    await lab.invite(rosa, omar);
    lab.startAt(omar);
    lab.say(rosa, 'for both');
    await lab.join(omar);
    lab.say(omar, 'from Omar');
    await lab.readAll();
    expect(texts(rosa)).toEqual(['before Omar', 'for both', 'from Omar']);
    expect(texts(omar)).toEqual(['for both', 'from Omar']);
    expect(omar.heard).toEqual([]);
    expect(rosa.heard).toEqual([]);
    expect(rosa.view.members?.state.members).toHaveLength(2);
    expect(omar.view.members?.state).toEqual(rosa.view.members?.state);
    expect(omar.view.head).toEqual(rosa.view.head);
  });

  it('is followed again by a device whose state is lost: it reads anew, is given the key, and rejoins', async () => {
    const lab = new ThreadLab(new SeededRandom('a state is lost'));
    const rosa = lab.client();
    const omar = lab.client(undefined, 'GT');
    await lab.open(rosa);
    await lab.invite(rosa, omar);
    lab.startAt(omar);
    await lab.join(omar);
    lab.say(omar, 'before');
    await lab.readAll();
    const { group: old } = omar.view;
    await lab.commit(rosa, { act: 'update' });
    await lab.readAll();
    // Another state than the one of the epoch cannot follow the next commit.
    omar.view = { ...omar.view, group: old };
    const { head } = omar.view;
    await lab.commit(rosa, { act: 'update' });
    await lab.readAll();
    expect(omar.heard).toMatchObject([{ kind: 'BAD_COMMIT' }]);
    const own = omar.view.devices.get(omar.device.deviceId);
    if (own === undefined) throw new Error('it wrote before');
    const { threadId } = lab;
    omar.view = startReading({ threadId, self: omar.device, before: head, own });
    omar.ids.clear();
    await lab.read(omar);
    const epoch = omar.view.place?.epoch ?? 0;
    const giving = {
      toPersonId: omar.device.personId,
      basis: 'access',
      fromEpoch: epoch,
      toEpoch: epoch,
      fromSeq: lab.log.length,
      toSeq: lab.log.length,
    } as const;
    const { directory, random, nowMs } = lab;
    const entryId = lab.id<EntryId>();
    const ground = { directory, random, nowMs, entryId };
    const { draft, blob } = giveKeys(rosa.view, giving, ground);
    lab.send(rosa, draft);
    await lab.readAll();
    const effect = [...omar.shown.values()].at(-1);
    if (effect?.kind !== 'granted') throw new Error('no grant');
    const late = openGranted(omar.view, blob, { effect, kemSeed: omar.kemSeed });
    omar.view = withLateKeys(omar.view, late);
    await lab.anchor(omar);
    await lab.commit(omar, { act: 'device' });
    await lab.readAll();
    lab.say(omar, 'after');
    await lab.readAll();
    expect(texts(rosa)).toEqual(['before', 'after']);
    expect(rosa.heard).toEqual([]);
    expect(rosa.view.members?.leaves).toHaveLength(2);
  });

  it('works in the hybrid suite too', async () => {
    const lab = new ThreadLab(new SeededRandom('hybrid'));
    lab.suite = GROUP_SUITES.xWing;
    const rosa = lab.client();
    const omar = lab.client(undefined, 'MX');
    await lab.open(rosa);
    await lab.invite(rosa, omar);
    lab.startAt(omar);
    await lab.join(omar);
    lab.say(rosa, 'hello');
    await lab.readAll();
    expect(texts(omar)).toEqual(['hello']);
  });
});
