import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Consents, Information, previewOf, RequestRecords, RequestSources } from '@enlace/client';
import { GROUP_SUITES, type Handling, type State } from '@enlace/contracts';
import {
  newRandomId,
  systemRandom,
  type JsonObject,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';
import { check, parseRequest } from '@enlace/mla';
import { edited, fixturePacks, goodRequest, MLA_TODAY } from '@enlace/testing';

import type { ClientMember } from '../../../support/threads/client-member.js';
import { ClientStage, letIn } from '../../../support/threads/client-stage.js';

/** Devices and two threads are made first; a busy machine takes its time. */
const STAGE_MS = 120_000;
const ground = { packs: fixturePacks(), today: MLA_TODAY };
const coded = (code: string) => expect.objectContaining({ code });

describe('an entry of another State that a draft rests on', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let esteban: ClientMember;
  let omar: ClientMember;
  let own: ThreadId;
  let pair: ThreadId;
  let strict: ThreadId;
  let requestId: RequestId;
  let answered: number;

  const consentsOf = (who: ClientMember) => new Consents(who.portsOn(), who.threads);
  const sourcesOf = (who: ClientMember) => new RequestSources(who.portsOn());
  const recordsOf = (who: ClientMember) => new RequestRecords(who.portsOn());
  const draftOf = async (who: ClientMember) => recordsOf(who).draft(requestId, own);
  const cite = async (seq: number, paragraphs: readonly number[] | null = null) => {
    await rosa.threads.read(pair);
    return sourcesOf(rosa).cite(await draftOf(rosa), { threadId: pair, seq, paragraphs });
  };
  const freeze = async (who: ClientMember) => {
    const draft = await draftOf(who);
    const report = check(draft.value['request'], ground.packs, ground.today);
    if (report.verdict === 'malformed') throw new RangeError('malformed');
    return recordsOf(who).freeze(draft, report);
  };
  const blockers = async () => {
    const report = check((await draftOf(rosa)).value['request'], ground.packs, ground.today);
    if (report.verdict === 'malformed') throw new RangeError('malformed');
    return report.findings.filter(({ group }) => group === 'I').map(({ rule }) => rule);
  };
  /** Whoever drafts writes what they like; clients see it. */
  const rewritten = async (change: (card: JsonObject) => JsonObject) => {
    const draft = await draftOf(rosa);
    const { facts, ...request } = Object(draft.value['request']);
    const sources = Object(facts).sources.map((card: JsonObject) =>
      JSON.stringify(card['id']).startsWith('"e') ? change(card) : card,
    );
    await draft.change({
      ...draft.value,
      request: { ...request, facts: { ...Object(facts), sources } },
    });
  };

  beforeAll(async () => {
    stage = await ClientStage.begin();
    rosa = await stage.member('cr-rosa');
    esteban = await stage.member('cr-esteban');
    omar = await stage.member('pa-omar');
    pair = await stage.opened(rosa);
    const { caseId } = (await rosa.threads.list()).find(({ threadId }) => threadId === pair) ?? {};
    if (caseId === undefined || caseId === null) throw new RangeError('no case');
    const opened = async (states: readonly State[], handlingFloor: Handling) => {
      const { threadId } = await rosa.threads.open({
        caseId,
        caseType: 'migrant-smuggling',
        legalBasis: 'UNTOC-18',
        states,
        purpose: 'mla-preparation',
        level: 'informal',
        handlingFloor,
        retentionDays: 365,
        suite: GROUP_SUITES.x25519,
        title: 'Borrador',
      });
      return threadId;
    };
    own = await opened(['CR'], 'EN0');
    strict = await opened(['CR', 'PA'], 'EN2');
    await letIn(pair, { by: rosa, who: omar });
    await letIn(strict, { by: rosa, who: omar });
    await letIn(own, { by: rosa, who: esteban });
    const parsed = parseRequest(
      JSON.stringify(
        edited(goodRequest(), {
          '/requestedState': 'PA',
          '/annexes/0/sha256': 'a1'.repeat(32),
        }),
      ),
    );
    if (parsed.kind === 'malformed') throw new RangeError(JSON.stringify(parsed.problems));
    requestId = newRandomId<RequestId>(systemRandom);
    await recordsOf(rosa).begin(own, {
      recordId: recordsOf(rosa).newRecordId(),
      requestId,
      title: 'CR-2026',
      request: parsed.request,
    });
    const text = { type: 'text', text: 'El vehículo cruzó el 14.' } as const;
    ({ seq: answered } = await omar.threads.send(pair, { ...text, handling: { code: 'EN1' } }));
  }, STAGE_MS);

  afterAll(async () => {
    await stage.close();
  });

  it('carries the conditions of its State, and stops the draft until that State consents', async () => {
    const card = await cite(answered, [4]);
    expect(card).toMatchObject({
      kind: 'informal-exchange',
      fromState: 'PA',
      usedInParagraphs: [4],
      handling: { code: 'EN1', evidentialUse: 'consent-required' },
    });
    expect(await blockers()).toContain('informal-cited');
    const { seq: own1 } = await rosa.threads.send(pair, {
      type: 'text',
      text: 'Gracias.',
      handling: { code: 'EN1' },
    });
    await expect(cite(own1)).rejects.toThrow(coded('request.no-source'));
    await expect(
      consentsOf(rosa).ask(pair, { seq: own1, scope: 'evidence', state: 'CR', exculpatory: false }),
    ).rejects.toThrow(coded('consent.no-entry'));
  });

  it('has the consent of its own State alone, as far as that goes', async () => {
    const asked = { seq: answered, scope: 'evidence', state: 'CR', exculpatory: false } as const;
    const { seq: ask } = await consentsOf(rosa).ask(pair, { ...asked, why: 'Párrafo 4.' });
    // Whoever asks does not answer, not even by hand: a forged consent fills no card.
    await expect(consentsOf(rosa).answer(pair, ask, {})).rejects.toThrow(
      coded('consent.not-asked'),
    );
    const range = { fromSeq: answered, toSeq: answered, to: { state: 'CR' } } as const;
    const forged = { type: 'handling.consent', ...range, scope: 'evidence' } as const;
    await rosa.threads.send(pair, { ...forged, handling: { code: 'EN1' } });
    expect((await cite(answered)).handling).not.toHaveProperty('consentRef');
    expect(await consentsOf(omar).list(pair)).toMatchObject([
      { seq: ask, standing: 'open', ofState: 'PA', forState: 'CR', why: 'Párrafo 4.' },
    ]);
    await consentsOf(omar).answer(pair, ask, { refused: 'La investigación sigue abierta.' });
    expect((await cite(answered)).handling).not.toHaveProperty('consentRef');
    const { seq } = await consentsOf(omar).answer(pair, ask, { conditions: 'Sin la fuente.' });
    const card = await cite(answered);
    expect(card).toMatchObject({
      usedInParagraphs: [4],
      handling: { code: 'EN1', consentRef: `${pair} ${seq}` },
    });
    expect(await consentsOf(rosa).list(pair)).toMatchObject([
      { standing: 'given', conditions: 'Sin la fuente.' },
    ]);
    expect(await blockers()).not.toContain('informal-cited');
  });

  it('may be asked about and consented to where nothing is said under a freer code', async () => {
    const { seq } = await omar.threads.send(strict, {
      type: 'text',
      text: 'El conductor volvió.',
      handling: { code: 'EN2' },
    });
    const asked = { seq, scope: 'onward', state: 'US', exculpatory: false } as const;
    const { seq: ask } = await consentsOf(rosa).ask(strict, asked);
    await consentsOf(omar).answer(strict, ask, {});
    expect(await consentsOf(rosa).list(strict)).toMatchObject([
      { handling: 'EN2', scope: 'onward', forState: 'US', standing: 'given' },
    ]);
  });

  it('is not loosened by whoever drafts, and not frozen or shared by who cannot see it', async () => {
    const draft = await draftOf(rosa);
    const before = draft.value;
    const preview = previewOf(Object(before['request']) as never, ground);
    for (const more of [
      { code: 'EN0', evidentialUse: 'allowed', restrictionRequestedBySender: 'no' },
      { consentRef: `${pair} 1` },
      { onwardAllowed: true },
    ]) {
      await rewritten((card) => ({ ...card, handling: { ...Object(card['handling']), ...more } }));
      await expect(freeze(rosa)).rejects.toThrow(coded('request.source-unheld'));
      const changed = await draftOf(rosa);
      await expect(
        recordsOf(rosa).share(changed, pair, { preview, confirmed: preview.sha256 }),
      ).rejects.toThrow(coded('request.source-unheld'));
      await cite(answered);
    }
    const unseen = recordsOf(esteban).share(await draftOf(esteban), pair, {
      preview,
      confirmed: preview.sha256,
    });
    await expect(unseen).rejects.toThrow(
      expect.objectContaining({
        code: 'request.source-unheld',
        facts: { sources: `e${answered}.${pair}` },
      }),
    );
    expect(await freeze(rosa)).toMatchObject({ version: { version: 1 } });
    // The State that wrote it takes its consent back: the next version does not rest on it.
    const [asked] = await consentsOf(omar).list(pair);
    await consentsOf(omar).answer(pair, asked?.seq ?? 0, { refused: 'Ya no.' });
    await rosa.threads.read(pair);
    await expect(freeze(rosa)).rejects.toThrow(coded('request.source-unheld'));
  });

  it('is disclosed for an accused after notice where a treaty lets that suffice, and else asked for', async () => {
    const information = new Information(omar.portsOn(), {
      threads: omar.threads,
      drafts: async () => [],
    });
    const { seq: told } = await information.tell(pair, {
      summary: 'El vehículo cruzó vacío.',
      states: ['CR'],
      exculpatory: true,
      handling: 'EN1',
    });
    const { id: spontaneous = '' } = await cite(told);
    expect(await blockers()).toContain('exculpatory-notice');
    const disclose = async (sourceId: string, threadId: ThreadId | null = null) =>
      sourcesOf(rosa).disclose(await draftOf(rosa), {
        sourceId,
        threadId,
        reason: 'Se revela a la defensa.',
        consents: consentsOf(rosa),
      });
    const exchanged = `e${answered}.${pair}`;
    await expect(disclose(exchanged)).rejects.toThrow(coded('request.not-exculpatory'));
    expect(await disclose(spontaneous)).toMatchObject({ threadId: pair, isLifted: true });
    expect(await blockers()).not.toContain('exculpatory-notice');
    await rewritten((card) => ({ ...card, exculpatory: true }));
    expect(await disclose(exchanged)).toMatchObject({ isLifted: false });
    expect(await blockers()).toContain('exculpatory-notice');
    expect(await consentsOf(omar).list(pair)).toMatchObject([
      {},
      { target: answered, exculpatory: true, why: 'Se revela a la defensa.' },
    ]);
  });
});
