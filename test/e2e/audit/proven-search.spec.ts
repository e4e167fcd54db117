import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditQuestions, type CommittedEvent, type EventProofs } from '@enlace/client';
import type { EventId } from '@enlace/kernel';
import { personaOf } from '@enlace/testing';
import { cryptoReady } from '@enlace/trust';

import { RecordClient } from '../../support/audit/record-client.js';
import { RecordStage } from '../../support/audit/record-stage.js';
import { enrolCli } from '../../support/people/region-directory.js';
import { startSessionServer, type SessionServer } from '../../support/sessions/session-server.js';

let api: SessionServer;
let stage: RecordStage;
let ines: RecordClient;
let questions: AuditQuestions;
let opened: EventId;

beforeEach(async () => {
  await cryptoReady();
  api = await startSessionServer();
  enrolCli(api.region, personaOf('cr-ines'));
  await api.logStatements();
  stage = new RecordStage(api);
  opened = await stage.record({ by: 'cr-rosa', type: 'case.created', fields: {} });
  await stage.record({ by: 'pa-omar', type: 'case.consulted', fields: {}, with: ['CR'] });
  await stage.integrate();
  ines = new RecordClient(api, 'cr-ines');
  await ines.signIn();
  questions = await AuditQuestions.open(ines.session);
});
afterEach(async () => api.close());

const search = async (): Promise<readonly CommittedEvent[]> =>
  (await questions.search({ type: 'case.*' })).events;

async function provenOf(proofs: EventProofs, events: readonly CommittedEvent[]) {
  const standings: string[] = [];
  for (const event of events) standings.push(await proofs.prove(event));
  return standings;
}

describe('what a server says of the record, to the client that we ship', () => {
  it('is proven event by event, and what is not shown says why', async () => {
    const events = await search();
    expect(await provenOf(await ines.proofs(), events)).toEqual(['proven', 'proven']);
    const [ofPanama, own] = events;
    expect(own?.sections.what).toMatchObject({ type: 'case.created', actorState: 'CR' });
    expect(own?.absent).toEqual({});
    const withheld = 'withheld';
    expect(ofPanama?.absent).toEqual({ who: withheld, where: withheld, attest: withheld });
    expect((await questions.show(opened)).eventId).toBe(opened);
  });

  it('is pending until a signed checkpoint reaches it, and proven in a log that has grown', async () => {
    await provenOf(await ines.proofs(), await search());
    const later = await stage.record({ by: 'cr-rosa', type: 'case.closed', fields: {} });
    await stage.integrate();
    const event = await questions.show(later);
    expect(await (await ines.proofs()).prove(event)).toBe('proven');
    expect(await (await ines.proofs()).prove({ ...event, place: null })).toBe('pending');
  });

  it('is refused when a section was rewritten', async () => {
    await api.database.asAdmin(
      `UPDATE audit.sections SET body = convert_to(replace(convert_from(body, 'UTF8'), 'success', 'denied'), 'UTF8')
        WHERE event_id = $1 AND section = 1`,
      [opened],
    );
    await expect(search()).rejects.toMatchObject({ code: 'tlog.commitment-mismatch' });
  });

  it('is refused when the whole event was made anew and its leaf put into the place of the old one', async () => {
    // Another event with another truth, sound in itself, shown at the place of the first.
    const other = await stage.record({ by: 'cr-rosa', type: 'case.closed', fields: {} });
    await stage.integrate();
    const place = (await questions.show(opened)).place;
    const forged = { ...(await questions.show(other)), place };
    await expect((await ines.proofs()).prove(forged)).rejects.toMatchObject({
      code: 'tlog.root-mismatch',
    });
  });
});
