import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cryptoReady } from '@enlace/e2ee';
import {
  newId,
  newRandomId,
  systemClock,
  systemRandom,
  type CaseId,
  type ThreadId,
} from '@enlace/kernel';

import { SeatedDevice, seatOf } from '../../support/sessions/seated-device.js';
import type { SessionServer } from '../../support/sessions/session-server.js';
import { BareSql } from '../../support/threads/bare-sql.js';
import { ThreadHand } from '../../support/threads/thread-hand.js';
import { startThreadServer, ThreadStory } from '../../support/threads/thread-story.js';
import { entryBytes } from '../../support/policy/thread-rows.js';

const PATIENCE_MS = 180_000;
const STATES = ['CR', 'GT', 'PA'] as const;

let api: SessionServer;
let sql: BareSql;
let story: ThreadStory;
/** Omar is in the case by a thread with Rosa; Guatemala is in it, and in no thread. */
beforeAll(async () => {
  await cryptoReady();
  api = await startThreadServer();
  sql = await BareSql.open(api);
  story = await ThreadStory.begin(api);
  await story.joinedBy('pa-omar');
}, PATIENCE_MS);
afterAll(async () => {
  await sql.close();
  await api.close();
});

const putStates = async () =>
  api.database.asAdmin('UPDATE app.cases SET states = $2 WHERE case_id = $1', [
    story.caseId,
    STATES,
  ]);
const threadsOfGuatemala = async () =>
  api.database.asAdmin(`SELECT FROM app.threads WHERE 'GT' = ANY (states) AND case_id = $1`, [
    story.caseId,
  ]);

describe('a State that leaves a case in the moment in which a thread is opened', () => {
  it(
    'is in no thread when it was first: the database refuses what the service had allowed',
    async () => {
      await putStates();
      const { shared, caseId } = story;
      const threadId = newId<ThreadId>(systemClock, systemRandom);
      const state = { ...shared.state, threadId, epoch: 0, invitations: [] };
      const opener = await ThreadHand.of(api, 'pa-omar', { ...shared, threadId, state });
      const { body } = await sql.whileHeld(
        story.rosa,
        [`SELECT guard.drop_case_state($1, 'GT')`, [caseId]],
        async () => opener.open(caseId, { originator: 'PA', states: [...STATES] }),
      );
      expect(body).toMatchObject({ status: 403, code: 'access.denied' });
      expect(body).not.toHaveProperty('facts.ruleId');
      expect(await threadsOfGuatemala()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'stays when the thread was first',
    async () => {
      await putStates();
      const { caseId } = story;
      const omar = await story.hand('pa-omar');
      const device = await SeatedDevice.at(api, seatOf('cr-rosa'));
      const [threadId, entryId] = [newRandomId(systemRandom), newRandomId(systemRandom)];
      const its = { threadId, deviceId: omar.deviceId, entryId };
      const bytes = entryBytes(its, { kind: 1, seq: 1 });
      const empty = Buffer.alloc(32);
      const open = `SELECT guard.open_thread($1, $2, $3, 's', $4, 1, '{}', '[]', $4, '\\x00', $5, $6, $7, $4)`;
      const values = [threadId, caseId, STATES, empty, entryId, bytes.entry, bytes.receipt];
      const about = { action: 'case.remove-state', objectId: caseId as CaseId } as const;
      const { body } = await sql.whileHeld(omar, [open, values], async () =>
        device.sendElevated({ method: 'DELETE', path: `/cases/${caseId}/states/GT` }, about),
      );
      expect(body).toMatchObject({ code: 'case.conflict', facts: { rule: 'in-threads' } });
      expect(await threadsOfGuatemala()).toHaveLength(1);
    },
    PATIENCE_MS,
  );
});
