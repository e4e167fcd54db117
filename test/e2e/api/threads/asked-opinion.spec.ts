import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  previewOf,
  RequestOpinions,
  RequestRecords,
  type OpinionAsked,
  type ThreadRecord,
} from '@enlace/client';
import { GROUP_SUITES } from '@enlace/contracts';
import {
  newId,
  newRandomId,
  systemClock,
  systemRandom,
  toBase64Url,
  type RequestId,
} from '@enlace/kernel';
import { parseRequest } from '@enlace/mla';
import { edited, fixturePacks, goodRequest, MLA_TODAY } from '@enlace/testing';

import type { ClientMember } from '../../../support/threads/client-member.js';
import { ClientStage, letIn } from '../../../support/threads/client-stage.js';

/** Devices and two threads are made first; a busy machine takes its time. */
const STAGE_MS = 120_000;
const ASKED: OpinionAsked = {
  questions: [4, 12],
  neededBy: { at: '2027-03-01T23:00:00.000Z', zone: 'America/Costa_Rica' },
};

describe('an opinion that is asked for with what is shared', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let omar: ClientMember;
  let shared: ThreadRecord;

  const asksAlone = async (who: ClientMember, body: string): Promise<void> => {
    const version = shared.versions.at(-1);
    if (version === undefined) throw new RangeError('nothing was shared');
    await shared.say({
      type: 'opinion.request',
      requestId: newId(systemClock, systemRandom),
      recordId: shared.place.recordId,
      version: version.version,
      projectionHash: toBase64Url(version.hash),
      body,
    });
    await who.threads.read(shared.place.threadId);
  };

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
    omar = await stage.member('pa-omar');
    const pair = await stage.opened(rosa);
    const listed = (await rosa.threads.list()).find(({ threadId }) => threadId === pair);
    if (listed?.caseId == null) throw new RangeError('no case');
    const { threadId: own } = await rosa.threads.open({
      caseId: listed.caseId,
      caseType: 'migrant-smuggling',
      legalBasis: 'UNTOC-18',
      states: ['CR'],
      purpose: 'mla-preparation',
      level: 'informal',
      handlingFloor: 'EN1',
      retentionDays: 365,
      suite: GROUP_SUITES.x25519,
      title: 'Borrador',
    });
    await letIn(pair, { by: rosa, who: omar });
    const parsed = parseRequest(JSON.stringify(edited(goodRequest(), { '/requestedState': 'PA' })));
    if (parsed.kind === 'malformed') throw new RangeError(JSON.stringify(parsed.problems));
    const { request } = parsed;
    const records = new RequestRecords(rosa.portsOn());
    const recordId = records.newRecordId();
    const requestId = newRandomId<RequestId>(systemRandom);
    const draft = await records.begin(own, { recordId, requestId, title: 'CR-2026', request });
    const preview = previewOf(request, { packs: fixturePacks(), today: MLA_TODAY });
    const confirmed = preview.sha256;
    await records.share(draft, pair, { preview, confirmed, asked: ASKED });
    shared = await new RequestRecords(omar.portsOn()).shared(requestId, pair);
  }, STAGE_MS);

  afterAll(async () => {
    await stage.close();
  });

  it('names its questions and its end to whoever reads, and asks by its own State alone', async () => {
    const version = 1;
    const asked = new Map([[version, { ...ASKED, version, by: rosa.own.personId, state: 'CR' }]]);
    const read = async () => new RequestOpinions(omar.portsOn()).asked(shared);
    expect(await read()).toEqual(asked);
    // Omar can write the same entry; what he asks of his own State is no word of the other one.
    await asksAlone(omar, '{"questions":[1]}');
    expect(await read()).toEqual(asked);
  });
});
