import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { changeItems, heldItems, newItemId, ROUTE, ThreadRecord, type Stage } from '@enlace/client';
import { encodeRecordSnapshot, RecordDocument, type RecordId } from '@enlace/e2ee';
import {
  isJsonObject,
  parseId,
  systemRandom,
  type JsonObject,
  type ThreadId,
} from '@enlace/kernel';

import type { ClientMember } from '../../support/threads/client-member.js';
import { ClientStage, letIn } from '../../support/threads/client-stage.js';
import { sendForged } from '../../support/hostile/forged-entries.js';

const STORY_MS = 120_000;

describe('a snapshot of a record that is not what its updates give (SNAPSHOT_MISMATCH)', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let threadId: ThreadId;
  let recordId: RecordId;

  const put = async (who: ClientMember, place: string) => {
    const id = newItemId(systemRandom);
    const item: Stage = { id, role: 'transit', country: 'PA', place, date: null, note: '' };
    return changeItems(who.portsOn(), ROUTE, {
      threadId,
      title: 'Ruta',
      change: { kind: 'put', item },
    });
  };
  const held = async (who: ClientMember) => {
    await who.threads.read(threadId);
    const { items, marks, isWhole } = await heldItems(who.portsOn(), ROUTE, threadId);
    return {
      places: items.map(({ place }) => place),
      rules: marks.map(({ rule }) => rule),
      isWhole,
    };
  };
  const open = async (who: ClientMember) =>
    ThreadRecord.open(who.portsOn(), { threadId, recordId, schema: ROUTE.record });

  /** Omar says in a snapshot what nobody wrote: its bytes and its hash fit together. */
  const lie = async (value: JsonObject): Promise<void> => {
    const document = RecordDocument.empty(ROUTE.record);
    document.change(value, systemRandom);
    const { entries } = await omar.threads.read(threadId);
    const coversSeq = entries.at(-1)?.seq ?? 0;
    const body = encodeRecordSnapshot({
      form: 'inline',
      recordId,
      schemaVersion: ROUTE.record.version,
      coversSeq,
      projectionHash: document.hash,
      state: document.state(),
    });
    await sendForged(omar, threadId, [['record-snapshot', body]]);
  };

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    threadId = await stage.opened(rosa);
    await letIn(threadId, { by: rosa, who: omar });
    await put(rosa, 'Metetí');
    const { entries } = await omar.threads.read(threadId);
    const [created] = entries.flatMap(({ content }) =>
      isJsonObject(content) && content['type'] === 'record.create' ? [content['recordId']] : [],
    );
    recordId = parseId(typeof created === 'string' ? created : '');
  }, STORY_MS);

  afterAll(async () => {
    await stage.close();
  });

  it(
    'is marked by whoever holds the updates, and what they put together themselves holds',
    async () => {
      expect(await held(rosa)).toEqual({ places: ['Metetí'], rules: [], isWhole: true });
      await lie({ stages: [] });
      expect(await held(rosa)).toEqual({
        places: ['Metetí'],
        rules: ['projection'],
        isWhole: true,
      });
      // Work goes on from what was put together, and the lie is no beginning for it.
      await stage.minutePasses(rosa);
      await put(rosa, 'Paso Canoas');
      expect((await held(rosa)).places).toEqual(['Metetí', 'Paso Canoas']);
      expect((await open(rosa)).marks).toEqual([{ seq: expect.any(Number), rule: 'projection' }]);
    },
    STORY_MS,
  );
});
