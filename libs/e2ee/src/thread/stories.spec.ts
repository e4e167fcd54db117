import { beforeAll, describe, expect, it } from '@jest/globals';
import { GROUP_SUITES } from '@enlace/contracts';
import { SeededRandom, ThreadLab, type LabClient } from '@enlace/testing';

import { cryptoReady } from '../sodium.js';

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
