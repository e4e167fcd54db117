import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  changeItems,
  heldItems,
  ITEM_LIST_LIMITS,
  newItemId,
  ROUTE,
  TASKS,
  type ItemChange,
  type Stage,
} from '@enlace/client';
import { systemRandom, type ThreadId } from '@enlace/kernel';

import type { ClientMember } from '../../../support/threads/client-member.js';
import { ClientStage, letIn } from '../../../support/threads/client-stage.js';

const coded = (code: string) => expect.objectContaining({ code });

function stageIn(place: string, more: Partial<Stage> = {}): Stage {
  const id = newItemId(systemRandom);
  return { id, role: 'transit', country: 'PA', place, date: null, note: '', ...more };
}

describe('the route of a case, as a record of a thread', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;
  const [first, second] = [stageIn('Metetí'), stageIn('Paso Canoas', { country: 'CR' })];

  const change = async (who: ClientMember, asked: ItemChange<Stage>) =>
    changeItems(who.portsOn(), ROUTE, { threadId, title: 'Ruta', change: asked });
  const put = async (who: ClientMember, item: Stage) => change(who, { kind: 'put', item });
  const held = async (who: ClientMember) => {
    await who.threads.read(threadId);
    return heldItems(who.portsOn(), ROUTE, threadId);
  };
  const placesOf = async (who: ClientMember) =>
    (await held(who)).items.map(({ place, note }) => `${place}${note}`);

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    threadId = await stage.opened(rosa);
    await letIn(threadId, { by: rosa, who: omar });
  });

  afterAll(async () => {
    await stage.close();
  });

  it('is written by each member and read by all, in its order', async () => {
    expect((await held(rosa)).items).toEqual([]);
    await put(rosa, first);
    await omar.threads.read(threadId);
    await put(omar, second);
    await change(rosa, { kind: 'move', id: second.id, by: -1 });
    expect(await placesOf(omar)).toEqual(['Paso Canoas', 'Metetí']);
    await change(rosa, { kind: 'move', id: second.id, by: -1 });
    expect(await placesOf(omar)).toEqual(['Paso Canoas', 'Metetí']);
  });

  it('keeps what two write of different stages from what they read before', async () => {
    await put(rosa, { ...first, note: ' de noche' });
    await put(omar, { ...second, note: ' a pie' });
    const both = ['Paso Canoas a pie', 'Metetí de noche'];
    expect([await placesOf(rosa), await placesOf(omar)]).toEqual([both, both]);
  });

  it('refuses what is about a stage that somebody took away, and one more than it holds', async () => {
    await change(rosa, { kind: 'remove', id: first.id });
    await expect(change(rosa, { kind: 'remove', id: first.id })).rejects.toThrow(
      coded('record.no-item'),
    );
    const many = Array.from({ length: ITEM_LIST_LIMITS.items - 2 }, (_, at) => stageIn(`${at}`));
    const full = { ...ROUTE, withItems: () => ROUTE.withItems([second, ...many]) };
    await changeItems(rosa.portsOn(), full, {
      threadId,
      title: 'Ruta',
      change: { kind: 'put', item: second },
    });
    await put(rosa, stageIn('the last that fits'));
    await expect(put(rosa, stageIn('one too many'))).rejects.toThrow(coded('record.list-full'));
  });

  it('takes over nothing that is no route: the update of a member is passed over', async () => {
    const before = (await held(omar)).items;
    const lie = { ...ROUTE, withItems: () => ({ stages: [{ id: 'x', html: '<b>' }] }) };
    await expect(
      changeItems(rosa.portsOn(), lie, {
        threadId,
        title: 'Ruta',
        change: { kind: 'remove', id: second.id },
      }),
    ).rejects.toThrow(coded('record.refused'));
    expect((await held(omar)).items).toEqual(before);
    expect((await heldItems(omar.portsOn(), TASKS, threadId)).items).toEqual([]);
  });
});
