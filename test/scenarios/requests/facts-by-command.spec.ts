import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { goodRequest } from '@enlace/testing';

import { ROOT } from '../../architecture/house.js';
import { FIRST_START_MS, type DemoStage } from '../demo/demo-stage.js';
import { startStandingDemo, type StandingDemo } from '../demo/standing-demo.js';
import { ACCOUNTS, type Account } from '../first-run/accounts.js';
import { enlace, PATIENCE_MS } from '../first-run/enlace-command.js';

const [SELF] = ACCOUNTS as [Account];
const PATH = '/countries/US/languages';
const SHIPPED = join(ROOT, 'libs/mla/src/data/packs.json');
const PEOPLE = ['cr-rosa', 'cr-lucia', 'xr-alma'] as const;
/** A witness sees what was handed in after a while; who looks before it did looks again. */
const TRIES_LIMIT = 120;
const PAUSE_MS = 500;

type Line = Readonly<Record<string, unknown>>;

describe('a fact that is confirmed on the command line', () => {
  let standing: StandingDemo;
  let folder: string;
  let stage: DemoStage;
  let requestId: string;

  const at = (name: string): string => join(folder, name);
  const told = async (slug: string, ...args: readonly string[]) => {
    const { code, output, errors } = await stage.as(slug, ...args);
    const lines = output.trim().split('\n');
    const objects = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
    return { code, errors, lines: objects, first: objects[0] ?? {} };
  };
  const done = async (slug: string, ...args: readonly string[]): Promise<Line> => {
    const { code, errors, first } = await told(slug, ...args);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    return first;
  };
  const propose = async (
    slug: string,
    { path, value, out }: { readonly path: string; readonly value: string; readonly out: string },
  ) => {
    const from = ['--source', 'Nota verbal de ejemplo', '--source-date', '2026-09-01'];
    const what = ['--path', path, '--value', value, '--out', at(out)];
    return told(slug, 'directory', 'fact', 'propose', ...what, ...from);
  };
  const confirm = async (slug: string, file: string, ...yes: readonly string[]) =>
    told(slug, 'directory', 'fact', 'confirm', '--in', at(file), ...yes);
  const shown = async () => told('cr-rosa', 'request', 'show', requestId);
  const precheck = async (...args: readonly string[]) => {
    const { code, output, errors } = await enlace({
      root: ROOT,
      account: SELF,
      args: ['precheck', ...args],
    });
    expect(errors).toBe('');
    return { code, output };
  };

  beforeAll(async () => {
    standing = await startStandingDemo();
    ({ stage, folder } = standing);
    for (const slug of PEOPLE) await stage.signIn(slug);
    writeFileSync(at('request.json'), JSON.stringify(goodRequest()));
    const codes = ['--type', 'migrant-smuggling', '--legal-basis', 'UNTOC-18'];
    const { caseId } = await done('cr-rosa', 'case', 'create', ...codes, '--with', 'US');
    const words = ['--title', 'Solicitud', '--purpose', 'mla-preparation', '--with', 'CR'];
    const open = ['thread', 'open', '--case', String(caseId), ...words];
    const { threadId } = await done('cr-rosa', ...open);
    const create = ['request', 'create', at('request.json'), '--thread', String(threadId)];
    ({ requestId } = (await done('cr-rosa', ...create)) as { requestId: string });
  }, FIRST_START_MS);

  afterAll(async () => {
    await standing.close();
  });

  it(
    'is refused by the own program where no pack has it, and by the server where it takes two, or another State',
    async () => {
      for (const [path, value, rule] of [
        ['/countries/CR/langages', '["es"]', 'unknown-path'],
        ['/pairs/US-CR/bilateral/exists', 'true', 'unknown-path'],
        [PATH, '"es"', 'malformed-value'],
      ] as const) {
        const { code, first } = await propose('cr-lucia', { path, value, out: 'no.json' });
        expect([code, first]).toMatchObject([4, { code: 'fact.refused', facts: { path, rule } }]);
      }
      for (const [state, rule] of [
        ['CR', 'signature-count'],
        ['US', 'other-state'],
      ] as const) {
        const path = `/countries/${state}/languages`;
        const signed = { path, value: '["es"]', out: `${state}.json` };
        expect((await propose('cr-lucia', signed)).code).toBe(0);
        const { code, first } = await confirm('cr-lucia', `${state}.json`, '--yes');
        expect([code, first]).toMatchObject([
          4,
          { code: 'server.answered', facts: { problem: 'statement.refused', rule } },
        ]);
      }
    },
    2 * PATIENCE_MS,
  );

  it(
    'is nothing that a draft is checked with before anybody said it',
    async () => {
      const { first } = await shown();
      expect(first).toMatchObject({ event: 'request-draft', confirmed: [] });
      expect(languagesIn(first['report'])).toMatchObject({ confidence: 'unknown' });
      expect(rulesIn(first['report'])).not.toContain('lang-not-accepted');
    },
    PATIENCE_MS,
  );

  it(
    'is read before it is signed, and seen by whoever checks a draft: before, after, of when and how well known',
    async () => {
      const secondary = { path: PATH, value: '[ "fr" ]', out: 'fact.json' };
      expect((await propose('xr-alma', secondary)).first).toMatchObject({ event: 'fact-proposed' });
      const unread = await confirm('xr-alma', 'fact.json');
      expect(unread.first).toMatchObject({ code: 'sign.not-confirmed' });
      expect(unread.errors).toContain(PATH);
      const { first } = await confirm('xr-alma', 'fact.json', '--yes');
      expect(first).toMatchObject({ event: 'fact-confirmed', path: PATH });
      const fact = {
        path: PATH,
        before: { value: null, confidence: 'unknown' },
        after: {
          value: ['fr'],
          confidence: 'secondary',
          source: 'Nota verbal de ejemplo',
          sourceDate: '2026-09-01',
        },
      };
      const list = ['directory', 'fact', 'list'] as const;
      for (let tries = 0; (await told('cr-rosa', ...list)).lines.length === 0; tries += 1) {
        if (tries === TRIES_LIMIT) throw new Error('the witnesses have not seen the fact');
        await pause(PAUSE_MS);
        await told('cr-rosa', 'directory', 'verify');
      }
      const { lines } = await told('cr-rosa', ...list, '--out', at('packs.json'));
      expect(lines).toMatchObject([
        { event: 'fact', ...fact },
        { event: 'packs-written', version: expect.stringMatching(/\+1$/u) },
      ]);
      const draft = await shown();
      expect(draft.first).toMatchObject({ confirmed: [fact] });
      const { report } = draft.first;
      expect(languagesIn(report)).toMatchObject({
        confidence: 'secondary',
        sourceDate: '2026-09-01',
      });
      expect(rulesIn(report)).toContain('lang-not-accepted');
      const words = await stage.inWords('cr-rosa', 'request', 'show', requestId, '--lang', 'es');
      expect(words.output).toMatch(
        /^\/countries\/US\/languages: \(desconocido.*\) → \["fr"\] \(.*2026-09-01\); XR/mu,
      );
    },
    FIRST_START_MS,
  );

  it(
    'travels in the packs that were written, to a check without account or network',
    async () => {
      const request = at('request.json');
      const [before, after] = [
        await precheck(request, '--json'),
        await precheck(request, '--packs', at('packs.json'), '--json'),
      ];
      expect(rulesIn(JSON.parse(before.output))).not.toContain('lang-not-accepted');
      const report = JSON.parse(after.output);
      expect(languagesIn(report)).toMatchObject({ confidence: 'secondary' });
      // What nobody of the State itself has said blocks nothing.
      expect(report.findings).toContainEqual(
        expect.objectContaining({
          rule: 'lang-not-accepted',
          severity: 'likely-refusal',
          cappedFrom: 'blocker',
        }),
      );
      const compare = ['--compare', SHIPPED, '--packs', at('packs.json')];
      const { output } = await precheck(...compare, '--lang', 'en');
      expect(output).toContain(`${PATH.replaceAll('_', String.raw`\_`)} `);
    },
    PATIENCE_MS,
  );
});

interface Told {
  readonly findings: readonly { readonly rule: string }[];
  readonly factsUsed: readonly { readonly path: string }[];
}

function rulesIn(report: unknown): readonly string[] {
  return (report as Told).findings.map(({ rule }) => rule);
}

function languagesIn(report: unknown): unknown {
  return (report as Told).factsUsed.find(({ path }) => path === PATH);
}
