import { describe, expect, it } from '@jest/globals';

import { edited, fixturePacks, mlaVector, MLA_TODAY, type Edits } from '@enlace/testing';

import { CATALOGUE } from '../catalogue/catalogue.js';
import { LANGUAGES } from '../catalogue/labels.js';
import { parsePacks } from '../packs/pack-set.js';
import { shippedPacks } from '../packs/shipped.js';
import { status } from '../packs/status.js';
import { catalogueTable } from './catalogue-table.js';
import { offenceTable } from './offence-table.js';
import { packDifference } from './pack-difference.js';
import { printCsv, printMarkdown } from './print-table.js';
import { treatyMatrix } from './treaty-matrix.js';

const shipped = await shippedPacks();
const asked = { packs: shipped, states: [], language: 'en', today: MLA_TODAY } as const;

const OFFENCE = {
  statute: 'Law 1',
  articles: ['7'],
  conducts: ['crossing | with `markup`'],
  financialBenefitRequired: true,
  penalties: [
    { case: 'basic', minYears: 4, maxYears: 8, mandatoryMinimum: true },
    { case: 'basic, other copy', minYears: 2, maxYears: 6, conflicting: true },
    { case: 'death', minYears: null, maxYears: null, life: true },
  ],
  aggravating: ['danger to life'],
  details: { migrantExempt: true, attemptInText: true },
};
const known = (value: Edits[string]) => ({
  value,
  source: 'gazette',
  sourceDate: '2026-01-02',
  confidence: 'verified',
});
const packsWith = (edits: Edits) =>
  parsePacks([JSON.stringify(edited(mlaVector('packs-fixture.json'), edits))]);
const crossed = packsWith({ '/countries/CR/smugglingOffence': known(OFFENCE) });

/** The cell of a State under a column. */
function cellOf(table: ReturnType<typeof treatyMatrix>, row: string, column: string) {
  const found = table.rows.find(([first]) => first?.text.startsWith(row));
  const cell = found?.[table.columns.indexOf(column)];
  if (cell === undefined) throw new Error(`no ${row} ${column}`);
  return cell;
}

describe('the table of offences', () => {
  it.each(LANGUAGES)(
    'has one row of each State of the packs, and every cell says how it is known, in %s',
    (language) => {
      for (const { columns, rows } of offenceTable({ ...asked, language })) {
        expect(rows.map(([state]) => state?.text.slice(0, 2))).toEqual(
          Object.keys(shipped.countries).toSorted(),
        );
        for (const row of rows) {
          expect(row).toHaveLength(columns.length);
          for (const { facts } of row.slice(1)) expect(facts.length).toBeGreaterThan(0);
        }
      }
    },
  );

  it('shows figures that contradict each other side by side, and what weighs more apart', () => {
    const [offences] = offenceTable({ ...asked, packs: crossed, states: ['CR'] });
    expect(cellOf(offences, 'CR', 'Basic penalty').text).toBe(
      'basic: 4–8 years; basic, other copy: 2–6 years, sources in conflict',
    );
    expect(cellOf(offences, 'CR', 'Other and aggravated penalties').text).toBe('death: life');
    expect(cellOf(offences, 'CR', 'Mandatory minimums').text).toBe('basic: 4–8 years');
    expect(cellOf(offences, 'CR', 'Statute and articles')).toEqual({
      text: 'Law 1: 7',
      facts: [{ confidence: 'verified', source: 'gazette', sourceDate: '2026-01-02' }],
    });
  });

  it('sets each law against the Protocol, and answers what no fact says with unknown', () => {
    const [, protocol] = offenceTable({ ...asked, packs: crossed, states: ['CR'] });
    const answers = protocol.columns.slice(1).map((column) => cellOf(protocol, 'CR', column).text);
    expect(
      Object.fromEntries(protocol.columns.slice(1).map((column, at) => [column, answers[at]])),
    ).toMatchObject({
      '3(a) benefit': 'yes',
      '6(1)(b) documents': 'unknown',
      '6(2)(a) attempt': 'yes',
      '6(2)(b) accomplice': 'unknown',
      '5 migrants not liable': 'yes',
    });
    expect(cellOf(protocol, 'CR', '6(1)(b) documents').facts[0]?.confidence).toBe('unknown');
  });

  it('takes what a State says of each part of the Protocol before what its offence implies', () => {
    const stated = { '/countries/CR/protocolConducts': known({ '3(a)': false, '6(1)(b)': true }) };
    const packs = packsWith({ '/countries/CR/smugglingOffence': known(OFFENCE), ...stated });
    const [, protocol] = offenceTable({ ...asked, packs, states: ['CR'] });
    expect(cellOf(protocol, 'CR', '3(a) benefit').text).toBe('no');
    expect(cellOf(protocol, 'CR', '6(1)(b) documents').text).toBe('yes');
    expect(cellOf(protocol, 'CR', '6(1)(c) stay').text).toBe('unknown');
  });

  it('shows a fact that is past its review day as unknown', () => {
    const old = { ...known(OFFENCE), reviewBy: '2026-01-01' };
    const [offences] = offenceTable({
      ...asked,
      packs: packsWith({ '/countries/CR/smugglingOffence': old }),
      states: ['CR'],
    });
    expect(cellOf(offences, 'CR', 'Benefit required')).toMatchObject({
      text: 'unknown',
      facts: [{ confidence: 'unknown', source: 'gazette' }],
    });
  });

  it('reads an offence of any form without failing', () => {
    for (const value of [
      'text',
      7,
      [],
      { penalties: 'many' },
      { penalties: [{}] },
      { articles: [1] },
    ]) {
      const packs = packsWith({ '/countries/CR/smugglingOffence': known(value) });
      expect(() => offenceTable({ ...asked, packs })).not.toThrow();
    }
  });
});

describe('the matrix of treaties', () => {
  it('has every pair once and every instrument, as the status of each says', () => {
    const table = treatyMatrix(asked);
    expect(table.rows).toHaveLength((11 * 10) / 2);
    const words = { 'in-force': 'in force', 'not-in-force': 'not in force', unknown: 'unknown' };
    for (const row of table.rows) {
      const [a = '', b = ''] = row[0]?.text.split('–') ?? [];
      for (const [at, instrument] of ['BILATERAL', ...Object.keys(shipped.instruments)].entries()) {
        const { state } = status(shipped, { a, b, instrument }, MLA_TODAY);
        expect([a, b, instrument, row[at + 1]?.text]).toEqual([a, b, instrument, words[state]]);
      }
    }
  });
});

describe('the difference of two versions', () => {
  it('names each fact that says something else, is known otherwise, or came or went', () => {
    const after = packsWith({
      '/countries/US/languages/confidence': 'secondary',
      '/countries/CR/deathPenalty': known('abolished'),
      '/countries/CR/lifeSentence': known('prohibited'),
    });
    const before = packsWith({ '/countries/CR/videoAccused': known('allowed') });
    const table = packDifference({ before, after }, { language: 'en', today: MLA_TODAY });
    const paths = table.rows.map(([path]) => path?.text ?? '');
    expect(paths).toEqual([...new Set(paths)].toSorted((a, b) => (a < b ? -1 : 1)));
    expect(paths).toEqual(
      expect.arrayContaining(['/countries/US/languages', '/countries/CR/videoAccused']),
    );
    expect(cellOf(table, '/countries/CR/videoAccused', 'After').text).toBe('unknown');
    expect(
      packDifference({ before, after: before }, { language: 'en', today: MLA_TODAY }).rows,
    ).toEqual([]);
  });
});

describe('the catalogue as a table', () => {
  it.each(LANGUAGES)(
    'has every rule once, and says that no lawyer reviewed one, in %s',
    (language) => {
      const { rows, note } = catalogueTable(shipped, { language, today: MLA_TODAY });
      expect(rows.map(([rule]) => rule?.text.split(' ')[1])).toEqual(
        CATALOGUE.rules.map(({ id }) => id),
      );
      expect(note).toMatch(language === 'es' ? /Ningún jurista/u : /No lawyer/u);
      expect(note).toContain(`109/${CATALOGUE.rules.length}`);
      expect(note).toMatch(language === 'es' ? /juristas: 0 /u : /lawyer: 0 /u);
      expect(rows.map((row) => row.at(-1)?.text)).toEqual(CATALOGUE.rules.map(() => ''));
    },
  );

  it('counts the rules that jurists reviewed, and says who they were and what they said', () => {
    const by = { on: '2026-10-01', result: 'confirmed', state: 'CR', by: 'OATRI' } as const;
    const [once = [], later = [], ended = []] = CATALOGUE.rules.map(({ id, version }) => [
      { ...by, rule: id, version },
      { ...by, rule: id, version, state: 'US', by: 'OIA' },
      { ...by, rule: id, version: version + 1 },
      { ...by, rule: id, version, validTo: '2026-10-31' },
    ]);
    const reviews = [...once.slice(0, 2), ...later.slice(2, 3), ...ended.slice(3)];
    const told = catalogueTable({ ...shipped, reviews }, { language: 'en', today: MLA_TODAY });
    expect(told.note).toContain('reviewed by a lawyer: 1 ');
    expect(told.note).toContain('No lawyer has reviewed the other rules');
    expect(told.rows.map((row) => row.at(-1)?.text).filter((text) => text !== '')).toEqual([
      'OATRI, CR, 2026-10-01 [confirmed]; OIA, US, 2026-10-01 [confirmed]',
    ]);
  });
});

describe('a printed table', () => {
  const [offences] = offenceTable({ ...asked, packs: crossed, states: ['CR'] });

  it('is CSV with how, from where and of when each value is known', () => {
    const [heads = '', line = ''] = printCsv(offences, 'en').split('\r\n');
    expect(heads.split(',').slice(0, 5)).toEqual([
      'State',
      'Statute and articles',
      'Statute and articles: confidence',
      'Statute and articles: source',
      'Statute and articles: date',
    ]);
    expect(line).toContain('Law 1: 7,verified,gazette,2026-01-02');
  });

  it('is Markdown in which no value is markup, with its sources below', () => {
    const text = printMarkdown(offences, 'en');
    expect(text).toContain('crossing \\| with \\`markup\\`');
    expect(text).toMatch(/\n\d+\. verified · gazette · 2026-01-02\n/u);
    const widths = text
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split(/(?<!\\)\|/u).length);
    expect(new Set(widths).size).toBe(1);
  });

  it.each(['=1+1', '+1', '-1', '@x', '\tx'])('holds %j as text in CSV', (value) => {
    const table = { ...offences, columns: ['a'], rows: [[{ text: value, facts: [] }]] };
    const [, line = ''] = printCsv(table, 'en').split('\r\n');
    expect(line.replace(/^"/u, '').startsWith("'")).toBe(true);
  });

  it('quotes what would end a field, and writes controls as numbers', () => {
    const table = { ...offences, columns: ['a'], rows: [[{ text: 'a"b,\nc\u202E', facts: [] }]] };
    expect(printCsv(table, 'en')).toContain('"a""b,\nc[U+202E]"');
    expect(printMarkdown(table, 'en')).toContain('a"b, c\\[U+202E\\]');
  });

  it('is the same text twice', () => {
    expect(printMarkdown(treatyMatrix(asked), 'es')).toBe(printMarkdown(treatyMatrix(asked), 'es'));
    expect(fixturePacks().sha256).not.toBe(crossed.sha256);
  });
});
