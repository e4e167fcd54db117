import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  addStateToCase,
  createRequest,
  leftIn,
  moveRequest,
  newCaseId,
  newRequestId,
  openCase,
  previewOf,
  remindedRequests,
  remindOfRequest,
  REQUEST_RECORD,
  RequestOpinions,
  RequestRecords,
  RequestSteps,
  RequestWaivers,
  ServerUnreachable,
  showRequest,
  ThreadRecord,
} from '@enlace/client';
import { GROUP_SUITES, type State } from '@enlace/contracts';
import type { RecordSchema } from '@enlace/e2ee';
import {
  canonicalJson,
  parseHex,
  parseUtf8,
  systemClock,
  systemRandom,
  toBase64Url,
  type JsonObject,
  type RequestId,
  type ThreadId,
} from '@enlace/kernel';
import { check, parseDay, parseRequest, readAnswers, type MlaRequest } from '@enlace/mla';
import { edited, fixturePacks, goodRequest, MLA_TODAY, type Edits } from '@enlace/testing';

import type { ClientMember } from '../../../support/threads/client-member.js';
import { ClientStage, letIn } from '../../../support/threads/client-stage.js';

const CODES = { caseType: 'migrant-smuggling', legalBasis: 'UNTOC-18' } as const;
/** Six devices and three threads are made first; a busy machine takes its time. */
const STAGE_MS = 120_000;
const CANARY = 'Hortensia Quijano Zeledón';
const TITLE = `CR-2026 ${CANARY}`;
const ground = { packs: fixturePacks(), today: MLA_TODAY };
/** Why a frozen version is written on again. */
const WHY = 'Falta el anexo de la orden.';
const coded = (code: string) => expect.objectContaining({ code });

/** Of the annex of the request, whose file is elsewhere. */
const ANNEX = { '/annexes/0/sha256': 'a1'.repeat(32) };

/** A request of Costa Rica to Panama, with a name that nobody else may learn. */
function request(edits: Edits = {}): MlaRequest {
  const parsed = parseRequest(
    JSON.stringify(
      edited(goodRequest(), {
        '/requestedState': 'PA',
        '/persons/0/name': CANARY,
        ...ANNEX,
        ...edits,
      }),
    ),
  );
  if (parsed.kind === 'malformed') throw new RangeError(JSON.stringify(parsed.problems));
  return parsed.request;
}

function soundReport({ value }: ThreadRecord) {
  const report = check(value['request'], ground.packs, ground.today);
  if (report.verdict === 'malformed') throw new RangeError('malformed');
  return report;
}

const asJson = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));

describe('a request between two States, as records of threads', () => {
  let stage: ClientStage;
  let rosa: ClientMember;
  let esteban: ClientMember;
  let lucia: ClientMember;
  let omar: ClientMember;
  let yara: ClientMember;
  let own: ThreadId;
  let decoy: ThreadId;
  let pair: ThreadId;
  let requestId: RequestId;

  const recordsOf = (who: ClientMember) => new RequestRecords(who.portsOn());
  const opinionsOf = (who: ClientMember) => new RequestOpinions(who.portsOn());
  const draftOf = async (who: ClientMember) => recordsOf(who).draft(requestId, own);
  const opened = async (states: readonly State[]): Promise<ThreadId> => {
    const caseId = newCaseId({ clock: systemClock, random: systemRandom });
    await openCase(rosa.session, { caseId, ...CODES });
    await addStateToCase(rosa.session, { caseId, state: 'PA' }, rosa.presence);
    const { threadId } = await rosa.threads.open({
      caseId,
      ...CODES,
      states,
      purpose: 'mla-preparation',
      level: 'informal',
      handlingFloor: 'EN0',
      retentionDays: 365,
      suite: GROUP_SUITES.x25519,
      title: 'Solicitud',
    });
    return threadId;
  };

  beforeAll(async () => {
    stage = await ClientStage.begin();
    await stage.certify('cr-lucia', ['cli:cr-lucia']);
    await stage.certify('pa-yara', ['cli:pa-yara']);
    rosa = await stage.member('cr-rosa');
    esteban = await stage.member('cr-esteban');
    omar = await stage.member('pa-omar');
    lucia = await stage.member('cr-lucia', 'cli:cr-lucia');
    yara = await stage.member('pa-yara', 'cli:pa-yara');
    // Of what is looked through for a request, the draft's own thread comes last.
    const past = await opened(['CR']);
    decoy = await opened(['CR', 'PA']);
    pair = await opened(['CR', 'PA']);
    own = await opened(['CR']);
    await letIn(past, { by: rosa, who: esteban });
    await letIn(own, { by: rosa, who: esteban });
    await letIn(own, { by: rosa, who: lucia });
    await letIn(decoy, { by: rosa, who: omar });
    await letIn(pair, { by: rosa, who: omar });
    await letIn(pair, { by: rosa, who: yara });
    await rosa.threads.remove(past, esteban.own.personId);
    requestId = newRequestId(systemRandom);
  }, STAGE_MS);

  afterAll(async () => {
    await stage.close();
  });

  it('is drafted in a thread of its own State, and in no other', async () => {
    const records = recordsOf(rosa);
    const draft = {
      recordId: records.newRecordId(),
      requestId,
      title: TITLE,
      request: request(),
    };
    await expect(records.begin(pair, draft)).rejects.toThrow(coded('request.wrong-thread'));
    const record = await records.begin(own, draft);
    expect(record).toMatchObject({ isWhole: true, marks: [], title: TITLE });
    // Given again it begins nothing.
    const { seq } = (await rosa.threads.read(own)).entries.at(-1) ?? {};
    await records.begin(own, draft);
    expect((await rosa.threads.read(own)).entries.at(-1)).toMatchObject({ seq });
    await createRequest(rosa.session, { requestId, requestedState: 'PA' });
    expect((await draftOf(esteban)).value).toEqual(record.value);
  });

  it('is edited by two people of a unit, one of them offline, and loses nothing', async () => {
    const [byRosa, byEsteban] = [await draftOf(rosa), await draftOf(esteban)];
    const next = (value: JsonObject, edits: Edits) => ({
      ...value,
      request: asJson(edited(asJson(value['request']) as never, edits)),
    });
    const summary = String(Object(byRosa.value['request']).facts.summary);
    const unreachable = async () => {
      throw new ServerUnreachable('no network');
    };
    const without = rosa.portsOn(rosa.store, { request: unreachable, requestOctets: unreachable });
    const offline = await ThreadRecord.open(without, { ...byRosa.place, schema: REQUEST_RECORD });
    const edits = { '/facts/summary': `En resumen: ${summary}` };
    expect(await offline.change(next(offline.value, edits))).toBe(false);
    expect(Object(offline.value['request']).facts.summary).toBe(`En resumen: ${summary}`);
    await byEsteban.change(
      next(byEsteban.value, { '/facts/summary': `${summary} Fin.`, '/urgency/reason': 'Plazo.' }),
    );
    const merged = await draftOf(rosa);
    expect(merged).toMatchObject({ isWhole: true, marks: [] });
    const { facts, urgency } = Object(merged.value['request']);
    expect(facts.summary).toBe(`En resumen: ${summary} Fin.`);
    expect(urgency.reason).toBe('Plazo.');
    expect((await draftOf(esteban)).value).toEqual(merged.value);
  });

  it('stays as it was when a member writes what is no update', async () => {
    const before = await draftOf(rosa);
    // Whatever a modified client likes, by the rules of its own.
    const anything: RecordSchema = { ...REQUEST_RECORD, accepts: () => true };
    const place = { ...before.place, schema: anything };
    const hostile = await ThreadRecord.open(esteban.portsOn(), place);
    await hostile.change({ ...hostile.value, request: 'gone', left: { no: 'list' } });
    const after = await draftOf(rosa);
    expect(after.value).toEqual(before.value);
    expect(after.isWhole).toBe(true);
    expect(after.marks.map(({ rule }) => rule)).toEqual(['schema']);
  });

  it('is shown to the other State without its persons, after somebody confirmed what goes out', async () => {
    const records = recordsOf(rosa);
    const draft = await draftOf(rosa);
    const preview = previewOf(request(), ground);
    const confirmed = '0'.repeat(64);
    const changed = records.share(draft, pair, { preview, confirmed });
    await expect(changed).rejects.toThrow(coded('request.preview'));
    // An official of a central authority shares nothing: it is said before anything is sealed.
    const official = recordsOf(yara).share(draft, pair, { preview, confirmed: preview.sha256 });
    await expect(official).rejects.toThrow(coded('request.not-yours'));
    const elsewhere = records.share(draft, own, { preview, confirmed: preview.sha256 });
    await expect(elsewhere).rejects.toThrow(coded('request.wrong-thread'));
    const left = await records.share(draft, pair, { preview, confirmed: preview.sha256 });
    const step = { from: 'draft', to: 'shared', versionHash: left.versionHash } as const;
    await moveRequest(rosa.session, requestId, { step, show: rosa.presence });

    // Another thread of the two comes first, and claims the request too: the draft knows where it was shared.
    const projection = { requestingState: 'CR', requestedState: 'PA' };
    await ThreadRecord.begin(
      omar.portsOn(),
      { threadId: decoy, recordId: records.newRecordId(), schema: REQUEST_RECORD },
      {
        beginning: { schema: 'mla-request/1', title: 'Solicitud' },
        value: { requestId, projection },
      },
    );
    await rosa.threads.read(decoy);
    expect((await records.shared(requestId, null)).place.threadId).toBe(pair);
    await stage.minutePasses(rosa, esteban, lucia, omar, yara);
    const seen = await recordsOf(omar).shared(requestId, pair);
    expect(seen.value).toEqual({ requestId, projection: preview.projection });
    expect(seen.title).toBe('CR-2026 P-1');
    expect(seen.versions).toHaveLength(1);
    // Neither the draft nor anything of how it came about is in what Omar's device holds.
    const tables = ['thread-entries', 'threads'];
    for (const table of tables) {
      for (const key of await omar.store.keys(table)) {
        const bytes = (await omar.store.get(table, key)) ?? new Uint8Array();
        expect(parseUtf8(bytes)).not.toContain(CANARY);
      }
    }
    expect(JSON.stringify(seen.value)).not.toContain('Hortensia');
    await expect(omar.threads.read(own)).rejects.toThrow(coded('thread.not-found'));
  });

  it('is found by whoever was removed from another thread meanwhile', async () => {
    const found = await recordsOf(esteban).draft(requestId, null);
    expect(found.place).toEqual((await draftOf(esteban)).place);
  });

  it('is no draft in a thread with another State, whatever a member of that one writes there', async () => {
    const place = {
      threadId: pair,
      recordId: recordsOf(omar).newRecordId(),
      schema: REQUEST_RECORD,
    };
    const beginning = { schema: 'mla-request/1', title: 'CR-2026' } as const;
    const value = { requestId, request: asJson(request({ '/id': 'CR-FALSO' })) };
    await ThreadRecord.begin(omar.portsOn(), place, { beginning, value });
    const found = await recordsOf(rosa).draft(requestId, null);
    expect(found.place.threadId).toBe(own);
    await expect(recordsOf(rosa).draft(requestId, pair)).rejects.toThrow(coded('record.absent'));
  });

  it('is shared by nobody while persons would not be protected', () => {
    const open = request({
      '/persons/0/protection': { asylum: 'applicant', countryOfOrigin: 'PA' },
    });
    expect(() => previewOf(open, ground)).toThrow(coded('request.unprotected'));
  });

  it('is shared all the same once two persons have considered why not, the later one an officer', async () => {
    const exposed = { '/persons/0/protection': { asylum: 'applicant', countryOfOrigin: 'PA' } };
    const open = request(exposed);
    const report = check(open, ground.packs, ground.today);
    if (report.verdict === 'malformed') throw new RangeError('malformed');
    const { findings } = report;
    const blocked = findings.filter(({ severity }) => severity === 'blocker');
    const waiversOf = (who: ClientMember) => new RequestWaivers(who.portsOn());
    const considered = async (who: ClientMember) => {
      const draft = await draftOf(who);
      for (const { rule, subject } of blocked) {
        const reason = 'El Estado requerido ya conoce la identidad por su consulado.';
        await waiversOf(who).give(draft, { findings, request: open }, { rule, subject, reason });
      }
    };
    const preview = async (what = open) =>
      previewOf(what, { ...ground, waivers: await waiversOf(rosa).on(await draftOf(rosa)) });
    const unprotected = coded('request.unprotected');
    await considered(rosa);
    await expect(preview()).rejects.toThrow(unprotected);
    // Neither the same person again, nor a colleague without the office.
    await considered(rosa);
    await considered(esteban);
    await expect(preview()).rejects.toThrow(unprotected);
    await considered(lucia);
    expect((await preview()).projection).toMatchObject({ requestingState: 'CR' });
    const given = await waiversOf(rosa).on(await draftOf(rosa));
    expect(new Set(given.filter(({ isOfficer }) => isOfficer).map(({ by }) => by))).toEqual(
      new Set([lucia.own.personId]),
    );
    // It was about these values: of other ones it says nothing.
    const other = { '/persons/0/protection': { asylum: 'refugee', countryOfOrigin: 'PA' } };
    await expect(preview(request(other))).rejects.toThrow(unprotected);
    const nothing = { rule: 'basis-none', subject: 'CR', reason: 'x'.repeat(20) };
    const none = waiversOf(rosa).give(await draftOf(rosa), { findings, request: open }, nothing);
    await expect(none).rejects.toThrow(coded('request.nothing-to-waive'));
  });

  it('gets an opinion on that version, which nobody can give for somebody else', async () => {
    const read = readAnswers({
      answers: [
        { q: 3, answer: 'yes', article: '8 USC 1324' },
        {
          q: 15,
          answer: 'with-conditions',
          reason: 'Falta la fecha.',
          recommendation: 'fix-and-send',
        },
      ],
    });
    if (read.kind === 'malformed') throw new RangeError(JSON.stringify(read.problems));
    const shared = await recordsOf(omar).shared(requestId, pair);
    const by = { session: omar.session, from: 'shared', show: omar.presence, state: 'PA' } as const;
    const { opinion, moved } = await opinionsOf(omar).give(shared, read.opinion, by);
    expect(moved).toMatchObject({ status: 'opinion' });
    // Rosa says that Omar says something else.
    const forged = await recordsOf(rosa).shared(requestId, pair);
    const [version] = forged.versions;
    await forged.say({
      type: 'opinion.give',
      requestId: recordsOf(rosa).newRecordId(),
      recordId: forged.place.recordId,
      version: version?.version ?? 0,
      projectionHash: toBase64Url(version?.hash ?? new Uint8Array()),
      body: canonicalJson(asJson(opinion)),
      quotable: true,
    });
    // Omar gives one on what nobody ever froze.
    const made = { ...opinion, projectionSha256: '7'.repeat(64) };
    await shared.say({
      type: 'opinion.give',
      requestId: recordsOf(omar).newRecordId(),
      recordId: shared.place.recordId,
      version: 1,
      projectionHash: toBase64Url(parseHex(made.projectionSha256)),
      body: canonicalJson(asJson(made)),
      quotable: true,
    });
    // Rosa speaks for Panama, and for herself; an official of Panama who may not give one gives one all the same.
    const ofRosa = await recordsOf(rosa).shared(requestId, pair);
    for (const state of ['PA', 'CR'] as const) {
      await opinionsOf(rosa).seal(ofRosa, read.opinion, { state });
    }
    const ofYara = await recordsOf(yara).shared(requestId, pair);
    await opinionsOf(yara).seal(ofYara, read.opinion, { state: 'PA' });
    for (const who of [rosa, omar]) await who.threads.read(pair);
    const opinions = await opinionsOf(rosa).on(await draftOf(rosa));
    expect(opinions).toMatchObject([{ author: omar.own.personId, version: 1, opinion }]);
    expect(await opinionsOf(omar).on(await recordsOf(omar).shared(requestId, pair))).toHaveLength(
      1,
    );
  });

  it('gets no opinion that the server refused, and each that it let through is on record', async () => {
    const read = readAnswers({
      answers: [{ q: 15, answer: 'yes', recommendation: 'send' }],
      validUntil: '2030-01-06',
    });
    if (read.kind === 'malformed') throw new RangeError(JSON.stringify(read.problems));
    const given = async () =>
      stage.api.database.asAdmin(
        `SELECT type FROM audit.events WHERE object_id = $1 AND type = 'opinion.given'`,
        [requestId],
      );
    const saidIn = async () => {
      const { entries } = await omar.threads.read(pair);
      return entries.filter(({ content }) => Object(content).type === 'opinion.give').length;
    };
    const [recorded, said] = [(await given()).length, await saidIn()];
    const give = async (who: ClientMember, from: 'shared' | 'opinion', state: State) => {
      const asking = { session: who.session, from, show: who.presence, state };
      return opinionsOf(who).give(
        await recordsOf(who).shared(requestId, pair),
        read.opinion,
        asking,
      );
    };
    // Of the other State, without the office, and from where the request does not stand any more.
    await expect(give(rosa, 'opinion', 'PA')).rejects.toThrow(coded('request.not-found'));
    await expect(give(yara, 'opinion', 'PA')).rejects.toThrow(coded('access.denied'));
    await expect(give(omar, 'shared', 'PA')).rejects.toThrow(coded('request.step'));
    expect([(await given()).length, await saidIn()]).toEqual([recorded, said]);
    const { moved } = await give(omar, 'opinion', 'PA');
    expect(moved).toMatchObject({ status: 'opinion' });
    expect([(await given()).length, await saidIn()]).toEqual([recorded + 1, said + 1]);
    await rosa.threads.read(pair);
    expect(await opinionsOf(rosa).on(await draftOf(rosa))).toHaveLength(2);
  });

  it('reminds its unit of what comes near, and the server of a day alone', async () => {
    const near: Edits = { '/urgency/deadline': '2030-01-05' };
    const draft = await draftOf(rosa);
    const dated = asJson(edited(asJson(draft.value['request']) as never, near));
    await draft.change({ ...draft.value, request: dated });
    const onDay = { packs: fixturePacks(), today: parseDay('2030-01-01') };
    const told = async (who: ClientMember, set: string | null = null) => {
      const { session } = who;
      const tracked = await (set === null
        ? showRequest(session, requestId)
        : remindOfRequest(session, requestId, set));
      const by = { ports: who.portsOn(), session };
      return (await remindedRequests(by, [tracked], onDay)).at(0);
    };
    const [deadline, opinion] = [
      { kind: 'deadline', path: '/urgency/deadline', on: '2030-01-05', daysLeft: 4 },
      { kind: 'opinion', path: null, on: '2030-01-06', daysLeft: 5 },
    ];
    const next = '2030-01-04';
    expect(await told(rosa)).toMatchObject({
      tracked: { nextReminderOn: next },
      reminders: { due: [deadline, opinion], next, informsCentralAuthorities: false },
    });
    // So is a colleague, of what she reads; the other State, and what the server tells it, of nothing.
    await draftOf(lucia);
    expect(await told(lucia)).toMatchObject({
      tracked: { nextReminderOn: next },
      reminders: { due: [deadline] },
    });
    expect(await told(omar)).toMatchObject({ tracked: { nextReminderOn: null }, reminders: null });
    // An earlier day that somebody set stays; one that is over, or later, does not.
    for (const [set, nextReminderOn] of [
      ['2030-01-02', '2030-01-02'],
      ['2029-12-31', next],
      ['2030-01-09', next],
    ] as const) {
      expect([set, await told(lucia, set)]).toMatchObject([set, { tracked: { nextReminderOn } }]);
    }
  });

  it('is frozen as it stands, and found again however it is edited afterwards', async () => {
    const records = recordsOf(rosa);
    const before = await draftOf(rosa);
    const { packs } = ground;
    const report = check(before.value['request'], packs, MLA_TODAY);
    if (report.verdict === 'malformed') throw new Error('malformed');
    // A liaison freezes nothing, and no version stands in the draft.
    await expect(recordsOf(esteban).freeze(before, report)).rejects.toThrow(
      coded('request.not-yours'),
    );
    const { versionHash, version } = await records.freeze(before, report);
    expect(version.version).toBe(1);
    const step = { from: 'opinion', to: 'frozen', versionHash } as const;
    await moveRequest(rosa.session, requestId, { step, show: rosa.presence });
    const draft = await draftOf(esteban);
    await draft.change({
      ...draft.value,
      request: { ...asJson(draft.value['request']), id: 'CR-2' },
    });
    const later = await draftOf(rosa);
    expect(later.versions).toEqual([version]);
    // What it was checked with stays in it, whatever packs come later.
    expect(leftIn(version.value).at(-1)).toMatchObject({
      kind: 'frozen',
      checked: { today: MLA_TODAY, packsVersion: packs.version, packsSha256: packs.sha256 },
    });
    expect(Object(later.value['request']).id).toBe('CR-2');
  });

  it('tells who took which step, when and why, in its threads alone, and believes no stranger', async () => {
    await stage.minutePasses(rosa, esteban, omar);
    const stepsOf = (who: ClientMember) => new RequestSteps(who.portsOn());
    // The clock may stand still here: steps have an order in each thread.
    const toldIn = async (who: ClientMember, place: ThreadId) =>
      (await stepsOf(who).on(requestId)).filter(({ threadId }) => threadId === place);
    const thaw = { to: 'draft', words: { reason: WHY } } as const;
    const by = (who: ClientMember) => ({ session: who.session, show: who.presence });
    // Who may not know of the request takes no step of it, and nothing of that stands in the thread.
    const before = (await rosa.threads.read(own)).entries.length;
    await expect(stepsOf(esteban).take(by(esteban), requestId, thaw)).rejects.toThrow(
      coded('request.not-found'),
    );
    expect((await rosa.threads.read(own)).entries).toHaveLength(before);
    expect(await stepsOf(rosa).take(by(rosa), requestId, thaw)).toMatchObject({ status: 'draft' });
    const claimed = { recordId: (await draftOf(rosa)).place.recordId, from: 'received' } as const;
    await (await draftOf(esteban)).say({ type: 'request.step', ...claimed, to: 'refused' });
    await (await draftOf(rosa)).say({ type: 'request.step', ...claimed, to: 'frozen' });
    expect(await toldIn(rosa, own)).toMatchObject([
      { to: 'draft', by: rosa.own.personId, state: 'CR', reason: null },
      { to: 'frozen', by: rosa.own.personId, state: 'CR' },
      { to: 'draft', by: rosa.own.personId, state: 'CR', reason: WHY },
    ]);
    const shared = [
      { to: 'shared', by: rosa.own.personId, state: 'CR' },
      { to: 'opinion', by: omar.own.personId, state: 'PA' },
      { to: 'opinion', by: omar.own.personId, state: 'PA' },
    ];
    for (const who of [rosa, omar]) expect(await toldIn(who, pair)).toMatchObject(shared);
    // The other State sees what stands in the thread of both, and nothing else.
    expect(await toldIn(omar, own)).toEqual([]);
    const record = await recordsOf(rosa).freeze(
      await draftOf(rosa),
      soundReport(await draftOf(rosa)),
    );
    const step = { from: 'draft', to: 'frozen', versionHash: record.versionHash } as const;
    await moveRequest(rosa.session, requestId, { step, show: rosa.presence });
  });

  it('tells a step whose words were lost when it is taken once more, and no other one', async () => {
    await stage.minutePasses(rosa);
    const stepsOf = (who: ClientMember) => new RequestSteps(who.portsOn());
    const by = { session: rosa.session, show: rosa.presence };
    const step = { from: 'frozen', to: 'draft' } as const;
    await moveRequest(rosa.session, requestId, { step, show: rosa.presence });
    const again = { to: 'draft', words: { reason: WHY } } as const;
    const newest = async () =>
      (await stepsOf(rosa).on(requestId)).findLast(({ threadId }) => threadId === own);
    expect(await newest()).toMatchObject({ to: 'frozen' });
    await stepsOf(rosa).take(by, requestId, again);
    expect(await newest()).toMatchObject({ to: 'draft', reason: WHY });
    await expect(stepsOf(rosa).take(by, requestId, again)).rejects.toThrow(coded('request.step'));
    const draft = await draftOf(rosa);
    const { versionHash } = await recordsOf(rosa).freeze(draft, soundReport(draft));
    const back = { from: 'draft', to: 'frozen', versionHash } as const;
    await moveRequest(rosa.session, requestId, { step: back, show: rosa.presence });
  });

  it('is to the server two States, a status and numbers: no text of it is in the database', async () => {
    const shown = await showRequest(rosa.session, requestId);
    expect(shown).toMatchObject({ requestingState: 'CR', requestedState: 'PA', status: 'frozen' });
    const found: string[] = [];
    const tables = await stage.api.database.asAdmin(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const table of tables) {
      const name = String(table['name']);
      const rows = await stage.api.database.asAdmin(`SELECT t::text AS text FROM ${name} t`);
      const all = rows.map(({ text }) => String(text)).join('\n');
      const hex = Buffer.from(CANARY).toString('hex');
      const texts = [CANARY, hex, 'Hortensia', 'En resumen', 'Falta la fecha', '8 USC 1324', WHY];
      found.push(...texts.filter((text) => all.includes(text)).map((text) => `${name} ${text}`));
    }
    expect(tables.length).toBeGreaterThan(20);
    expect(found).toEqual([]);
  });
});
