import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256, toHex } from '@enlace/kernel';
import { edited, goodRequest, MLA_TODAY, mlaVector } from '@enlace/testing';

import { PATIENCE_MS } from '../first-run/enlace-command.js';
import { FIRST_START_MS, type DemoStage } from '../demo/demo-stage.js';
import { startStandingDemo, type StandingDemo } from '../demo/standing-demo.js';

/** Stands in the draft; the other State must never see it. */
const CANARY = 'Hortensia Quijano Zeledón';
const PEOPLE = ['cr-rosa', 'cr-lucia', 'cr-ines', 'us-dana'] as const;
type Line = Readonly<Record<string, unknown>>;

const findingsOf = (report: Line = {}) =>
  report['findings'] as readonly { readonly rule: string; readonly subject: string }[];

describe('a request of Costa Rica to the United States, from the command line', () => {
  let standing: StandingDemo;
  let parent: string;
  let stage: DemoStage;
  let caseId: string;
  let own: string;
  let pair: string;
  let requestId: string;
  let checked: readonly string[];
  const people = new Map<string, string>();

  /** One answer of a command, whatever its exit code says. */
  const told = async (slug: string, code: number, ...args: readonly string[]): Promise<Line[]> => {
    const { output, errors, code: ended } = await stage.as(slug, ...args);
    expect({ code: ended, errors }).toEqual({ code, errors: '' });
    const lines = output.trim().split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
  };
  const done = async (slug: string, ...args: readonly string[]): Promise<Line> =>
    (await told(slug, 0, ...args))[0] ?? {};
  const letIn = async (threadId: string, slug: string): Promise<void> => {
    await done('cr-rosa', 'thread', 'invite', threadId, '--person', people.get(slug) ?? '');
    await done(slug, 'thread', 'join', threadId);
  };
  const opened = async (states: string): Promise<string> => {
    const words = ['--title', 'Solicitud', '--purpose', 'mla-preparation', '--with', states];
    const { threadId } = await done('cr-rosa', 'thread', 'open', '--case', caseId, ...words);
    return String(threadId);
  };
  const written = (name: string, value: unknown): string => {
    const path = join(parent, name);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };

  beforeAll(async () => {
    standing = await startStandingDemo();
    ({ stage, folder: parent } = standing);
    for (const slug of PEOPLE) {
      await done(slug, 'device', 'sign-in');
      people.set(slug, String((await done(slug, 'whoami'))['personId']));
    }
    const codes = ['--type', 'migrant-smuggling', '--legal-basis', 'UNTOC-18'];
    const made = await done('cr-rosa', 'case', 'create', ...codes, '--with', 'US');
    caseId = String(made['caseId']);
    own = await opened('CR');
    pair = await opened('CR,US');
    await letIn(own, 'cr-lucia');
    await letIn(pair, 'cr-lucia');
    await letIn(pair, 'us-dana');
    const packs = written('packs.json', mlaVector('packs-fixture.json'));
    checked = ['--packs', packs, '--today', MLA_TODAY];
  }, FIRST_START_MS);

  afterAll(async () => {
    await standing.close();
  });

  it(
    'is drafted by the cooperation unit, and checked at every change',
    async () => {
      const broken = written('broken.json', { schemaVersion: '1.0', measure: [] });
      expect(await told('cr-lucia', 3, 'request', 'create', broken, '--thread', own)).toMatchObject(
        [{ verdict: 'malformed', problems: [{ path: '/measure', code: 'unknown-field' }] }],
      );
      const unready = { '/persons/0/name': CANARY, '/channel/fromCentralAuthorityId': null };
      const draft = written('draft.json', edited(goodRequest(), unready));
      // A title, too, is of the own unit alone.
      const create = ['request', 'create', draft, '--thread', own, '--title', `Caso ${CANARY}`];
      const made = await done('cr-lucia', ...create);
      requestId = String(made['requestId']);
      expect(made).toMatchObject({ requestingState: 'CR', requestedState: 'US', status: 'draft' });
      const frozen = await told('cr-lucia', 2, 'request', 'freeze', requestId, ...checked);
      expect(frozen).toMatchObject([{ verdict: 'not-ready' }]);
      const [{ rule, subject } = { rule: '', subject: '' }] = findingsOf(frozen[0]);
      const waive = ['request', 'waive', requestId, '--rule', rule, '--subject', subject];
      const reason = ['--reason', 'La autoridad central ya fue avisada por teléfono.'];
      const unasked = await stage.inWords('cr-lucia', ...waive, ...reason, '--lang', 'es');
      expect(unasked.code).toBe(4);
      expect(unasked.errors).toContain('Sigue adelante a pesar de este hallazgo');
      expect((await stage.as('cr-lucia', ...waive, '--reason', 'Sí.', '--yes')).code).toBe(3);
      const considered = await stage.as('cr-lucia', ...waive, ...reason, '--yes', ...checked);
      expect(JSON.parse(considered.output)).toMatchObject({ rule, isSettled: true });
      const shown = await stage.as('cr-rosa', 'request', 'show', requestId, ...checked);
      expect(shown.code).toBe(2);
      expect(JSON.parse(shown.output)).toMatchObject({
        report: { verdict: 'not-ready' },
        waivers: [{ rule, by: people.get('cr-lucia') }],
      });
      const better = written('better.json', edited(goodRequest(), { '/persons/0/name': CANARY }));
      const edit = ['request', 'edit', requestId, '--file', better, ...checked];
      expect(await done('cr-lucia', ...edit)).toMatchObject({ verdict: 'ready' });
      expect(
        JSON.stringify(await told('cr-rosa', 0, 'request', 'show', requestId, ...checked)),
      ).toContain(CANARY);
    },
    2 * PATIENCE_MS,
  );

  it(
    'is shown to the other State without persons, once somebody has seen what that is',
    async () => {
      const share = ['request', 'share', requestId, '--with', pair, ...checked];
      const [preview = {}] = await told('cr-lucia', 1, ...share);
      expect(preview).toMatchObject({ title: 'Caso P-1' });
      expect(JSON.stringify(preview)).not.toContain(CANARY);
      expect(await told('us-dana', 0, 'request', 'list')).toEqual([]);
      // Of a suspect somebody may want a field to travel; what is confirmed is what was shown with it.
      const ticks = ['--show', 'p2:name+dateOfBirth', '--identifiers', '/measures/2/identifiers/0'];
      const [ticked = {}] = await told('cr-lucia', 1, ...share, ...ticks);
      for (const shown of ['Beto Araya Solano', '1979-02-11', 'RG-551902']) {
        expect(JSON.stringify(preview)).not.toContain(shown);
        expect(JSON.stringify(ticked)).toContain(shown);
      }
      const confirmed = ['--confirm', String(preview['sha256'])];
      expect((await stage.as('cr-lucia', ...share, ...ticks, ...confirmed)).code).toBe(4);
      const never = await stage.as('cr-lucia', ...share, ...confirmed, '--questions', '16');
      expect(never.code).toBe(4);
      const asking = ['--questions', '12,4', '--needed-by', '2030-03-01'];
      const shared = await done('cr-lucia', ...share, ...confirmed, ...asking);
      expect(shared).toMatchObject({ status: 'shared' });
      const seen = await done('us-dana', 'request', 'show', requestId);
      expect(seen).toMatchObject({ event: 'request-shared', projection: preview['projection'] });
      const neededBy = { at: '2030-03-01T23:59:59.000Z', zone: 'UTC' };
      expect(seen).toMatchObject({ asked: [{ questions: [4, 12], neededBy }] });
      const inWords = await stage.inWords('us-dana', 'thread', 'read', pair, '--lang', 'en');
      expect(inWords.output).toContain('Asks above all: 4, 12.');
      expect(JSON.stringify(seen) + inWords.output).not.toContain(CANARY);
      const refused = await stage.as('us-dana', 'request', 'show', requestId, '--thread', own);
      expect(refused.code).toBe(4);
    },
    4 * PATIENCE_MS,
  );

  it(
    'gets an opinion, is frozen, exported in two languages, and goes its formal way',
    async () => {
      const given = written('opinion.json', {
        answers: [{ q: 1, answer: 'yes' }],
        quotable: false,
        handling: 'EN1',
      });
      const opinion = ['request', 'opinion', requestId, '--file', given];
      expect(await done('us-dana', ...opinion)).toMatchObject({ status: 'opinion' });
      const shown = await done('cr-lucia', 'request', 'show', requestId, ...checked);
      expect(shown).toMatchObject({ opinions: [{ author: people.get('us-dana') }] });
      const freeze = ['request', 'freeze', requestId, ...checked];
      const bare = await stage.inWords('cr-lucia', ...freeze, '--lang', 'en');
      expect(bare.code).toBe(4);
      expect(bare.errors).toContain('Neither a file nor a SHA-256: a1.');
      const annex = join(parent, 'a1.txt');
      writeFileSync(annex, 'Ley 8764, artículo 249.');
      await done('cr-lucia', 'thread', 'attach', own, annex);
      const frozen = await done('cr-lucia', ...freeze);
      const { draft } = await done('cr-lucia', 'request', 'show', requestId, ...checked);
      expect(draft).toMatchObject({ annexes: [{ sha256: toHex(sha256(readFileSync(annex))) }] });
      expect(frozen).toMatchObject({ status: 'frozen', version: 1, threadId: own });
      const record = ['--thread', own, '--record', String(frozen['recordId'])];
      const thaw = ['request', 'status', requestId, '--to', 'draft'];
      expect((await stage.as('cr-lucia', ...thaw)).code).toBe(4);
      await done('cr-lucia', ...thaw, '--reason', 'Falta un anexo.');
      expect(await done('cr-lucia', ...freeze)).toMatchObject({ status: 'frozen', version: 2 });
      const absent = ['request', 'export', '--thread', pair, ...record.slice(2)];
      const nowhere = ['--format', 'pdf', '--out', join(parent, 'none.pdf'), ...checked];
      expect((await stage.as('cr-lucia', ...absent, ...nowhere)).code).toBe(4);
      expect(existsSync(join(parent, 'none.pdf'))).toBe(false);
      for (const [format, lang, magic] of [
        ['docx', 'es', 'PK\u0003\u0004'],
        ['pdf', 'en', '%PDF-1.7'],
      ] as const) {
        const out = join(parent, `formal.${lang}.${format}`);
        const formal = ['--format', format, '--lang', lang, '--out', out, ...checked];
        await done('cr-lucia', 'request', 'export', ...record, ...formal);
        expect(readFileSync(out).toString('latin1').startsWith(magic)).toBe(true);
      }
      const status = ['request', 'status', requestId, '--today', MLA_TODAY];
      const formalised = ['--to', 'formalised', '--reference', 'OATRI-2026-147'];
      const later = ['--on', '2199-01-01', ...formalised];
      expect((await stage.as('cr-lucia', ...status, ...later)).code).toBe(4);
      await done('cr-lucia', ...status, ...formalised);
      expect(await done('us-dana', 'request', 'status', requestId)).toMatchObject({
        status: 'formalised',
        formalReference: 'OATRI-2026-147',
        isTold: true,
        steps: [
          { to: 'shared', state: 'CR' },
          { to: 'opinion', state: 'US' },
          { to: 'exported', state: 'CR' },
          { to: 'formalised', state: 'CR', on: MLA_TODAY },
        ],
      });
      const listed = await stage.inWords('cr-lucia', 'request', 'list', ...checked, '--lang', 'es');
      expect(listed).toMatchObject({ code: 0, errors: '' });
      expect(listed.output).toContain('Mantenga informadas a las autoridades centrales');
      // Who audits reads no drafts: the row, and nothing that comes near.
      expect(await done('cr-ines', 'request', 'list')).toMatchObject({
        requestId,
        reminders: null,
      });
      // Nobody turns it back.
      const back = await stage.as('cr-lucia', 'request', 'status', requestId, '--to', 'draft');
      expect(back.code).toBe(4);
    },
    6 * PATIENCE_MS,
  );

  it(
    'is followed, step by step and with its reasons, to its end, and by another one that names it',
    async () => {
      const withdraw = ['request', 'status', requestId, '--to', 'withdrawn'];
      expect((await stage.as('cr-lucia', ...withdraw)).code).toBe(4);
      await done('cr-lucia', ...withdraw, '--reason', 'El testigo ya declaró aquí.');
      const seen = await stage.inWords('us-dana', 'request', 'status', requestId, '--lang', 'es');
      expect(seen).toMatchObject({ code: 0, errors: '' });
      expect(seen.output).toMatch(/Z {2}formalizada \(CR\), el 2026-/u);
      expect(seen.output).toMatch(/Z {2}retirada \(CR\)\n {6}\| El testigo ya declaró aquí\./u);
      expect(seen.output).not.toContain('Falta un anexo');
      const unit = await stage.inWords('cr-lucia', 'request', 'status', requestId, '--lang', 'en');
      expect(unit).toMatchObject({ code: 0, errors: '' });
      expect(unit.output).toMatch(/Z {2}draft \(CR\)\n {6}\| Falta un anexo\./u);
      expect(unit.output).not.toContain('the word of the server alone');
      const more = {
        '/requestKind': 'supplementary',
        '/relatedRequests': [{ ref: 'CR-2026-0147' }],
      };
      const further = written('further.json', edited(goodRequest(), more));
      const create = ['request', 'create', further, '--thread', own, '--follows'];
      const plain = written('plain.json', goodRequest());
      const unsaid = ['request', 'create', plain, '--thread', own, '--follows', requestId];
      expect((await stage.as('cr-lucia', ...unsaid)).output).toContain('request.not-supplementary');
      const nobodys = '00000000-0000-4000-8000-000000000001';
      const unknown = await stage.as('cr-lucia', ...create, nobodys);
      expect([unknown.code, unknown.output]).toEqual([
        4,
        expect.stringContaining('request.not-found'),
      ]);
      const { requestId: next } = await done('cr-lucia', ...create, requestId);
      const following = await stage.inWords('cr-lucia', 'request', 'status', String(next));
      expect(following.output).toContain(`    follows ${requestId}`);
    },
    4 * PATIENCE_MS,
  );

  it(
    'is preceded by questions between prosecutors, with a clock',
    async () => {
      const none = await stage.inWords('cr-rosa', 'info', 'list', pair, '--lang', 'en');
      expect(none).toMatchObject({ code: 0, output: 'Nothing was asked or told.\n' });
      const focal = await stage.inWords('cr-rosa', 'info', 'focal-points', 'US', '--lang', 'es');
      expect(focal.code).toBe(1);
      expect(focal.output).toContain('US no tiene ningún punto focal en vigor');
      const asking = ['info', 'ask', pair, '--of', 'US', '--needed-by', '2026-11-20'];
      const question = ['--question', '¿Hay registro del proveedor?'];
      const nobody = await stage.inWords('cr-rosa', ...asking, ...question, '--lang', 'en');
      expect(nobody.code).toBe(4);
      expect(nobody.errors).toContain('No focal point of US is in the thread');
      const to = ['--to', people.get('us-dana') ?? ''];
      const about = ['--route', 'transit', '--subjects', 'P-1,+50688880000'];
      const asked = await done('cr-rosa', ...asking, ...question, ...to, ...about);
      expect(await told('cr-rosa', 1, 'info', 'list', pair)).toMatchObject([
        { requestId: asked['requestId'], standing: 'sent', isOverdue: true },
      ]);
      const late = await stage.inWords('us-dana', 'info', 'list', '--lang', 'es');
      expect(late.output).toMatch(/pregunta de CR: enviada; VENCIDA, días de retraso: \d+/u);
      expect(late.output).toContain('EN1: solo información hasta una solicitud formal');
      expect(late.output).toContain('en la ruta: tránsito\n    sobre: P-1, +50688880000');
      const answer = ['--request', String(asked['requestId']), '--text', 'Yes, since March.'];
      await done('us-dana', 'info', 'answer', pair, ...answer, '--certainty', 'likely');
      const answered = await stage.inWords('cr-rosa', 'info', 'list', pair, '--lang', 'en');
      expect(answered).toMatchObject({ code: 0, errors: '' });
      expect(answered.output).toContain('US (likely): Yes, since March.');
      const empty = ['--text', 'The van was empty.', '--concerns', 'CR', '--exculpatory'];
      await done('us-dana', 'info', 'tell', pair, ...empty);
      const known = await stage.inWords('cr-rosa', 'info', 'list', pair, '--lang', 'es');
      expect(known.output).toContain('habla a favor de un acusado');
      // Whom the draft protects no question names.
      const child = edited(goodRequest(), { '/persons/0/name': CANARY, '/persons/0/minor': true });
      const edit = ['request', 'edit', requestId, '--file', written('child.json', child)];
      const again = await stage.as('cr-lucia', ...edit, ...checked);
      expect([0, 1, 2]).toContain(again.code);
      await stage.as('cr-rosa', 'thread', 'read', own);
      const naming = [...asking, ...to, '--question', `¿Dónde está ${CANARY}?`];
      const unsaid = await stage.inWords('cr-rosa', ...naming, '--lang', 'es');
      expect(unsaid.code).toBe(2);
      expect(unsaid.errors).toContain('No se envía');
    },
    4 * PATIENCE_MS,
  );

  it(
    'rests on what the other State said only as far as that State lets it',
    async () => {
      const [asked = {}] = await told('cr-rosa', 0, 'info', 'list', pair);
      const [{ seq }] = asked['answers'] as [{ seq: number }];
      const entry = ['--from', pair, '--entry', String(seq), '--paragraphs', '4'];
      const source = ['request', 'source', requestId, ...entry];
      const [open = {}] = await told('cr-rosa', 1, ...source);
      const handling = { code: 'EN1', evidentialUse: 'consent-required' };
      expect(open).toMatchObject({ source: { fromState: 'US', usedInParagraphs: [4], handling } });
      // One action makes a formal request of an answer, with the answer as its first source.
      const answer = ['--from', pair, '--entry', String(seq), '--thread', own];
      const begun = await done('cr-rosa', 'request', 'create', ...answer);
      expect(begun).toMatchObject({ requestingState: 'CR', requestedState: 'US' });
      const drafted = await stage.as('cr-rosa', 'request', 'show', String(begun['requestId']));
      expect(JSON.parse(drafted.output)).toMatchObject({
        draft: {
          facts: { sources: [{ id: `e${seq}.${pair}`, fromState: 'US' }] },
          measures: [{ description: '¿Hay registro del proveedor? (P-1, +50688880000)' }],
        },
      });
      const ask = ['info', 'ask-consent', pair, '--entry', String(seq), '--reason', 'Párrafo 4.'];
      const { seq: at } = await done('cr-rosa', ...ask);
      const consent = ['info', 'consent', pair, '--ask', String(at)];
      expect((await stage.as('cr-rosa', ...consent)).output).toContain('consent.not-asked');
      await done('us-dana', ...consent, '--refuse', 'The case is open.');
      const refused = await stage.inWords('cr-rosa', 'info', 'list', pair, '--lang', 'es');
      expect(refused.output).toContain('de US sea prueba para CR: no consentido');
      await done('us-dana', ...consent, '--conditions', 'No names.', '--expires', '2199-12-31');
      const given = await stage.inWords('cr-rosa', ...source, '--lang', 'en');
      expect(given).toMatchObject({ code: 0, errors: '' });
      expect(given.output).toContain(`Consent: ${pair} `);
      const words = await stage.inWords('cr-rosa', 'thread', 'read', pair, '--lang', 'es');
      expect(words.output).toContain('No names.');
      const listed = await told('cr-rosa', 0, 'info', 'list', pair);
      const { seq: spoken } = listed.find(({ event }) => event === 'info-told') ?? {};
      const free = ['--from', pair, '--entry', String(spoken)];
      const [cited] = await told('cr-rosa', 1, 'request', 'source', requestId, ...free);
      const { id } = Object(cited?.['source']) as { id: string };
      const notice = ['request', 'notice', requestId, '--source', id, '--reason', 'Juicio del 14.'];
      expect(await done('cr-rosa', ...notice)).toMatchObject({ isLifted: true });
      const none = ['request', 'notice', requestId, '--source', 's1', '--reason', 'Juicio.'];
      expect((await stage.as('cr-rosa', ...none)).output).toContain('request.not-exculpatory');
    },
    6 * PATIENCE_MS,
  );
});
