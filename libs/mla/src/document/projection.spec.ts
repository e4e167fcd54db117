import { describe, expect, it } from '@jest/globals';

import { edited, goodRequest, type Edits } from '@enlace/testing';

import { readRequest } from '../request/parse.js';
import { project, type ProjectionOptions } from './projection.js';
import { redactor } from './redaction.js';

const TODAY = '2026-11-23';

function projected(edits: Edits = {}, options: Omit<ProjectionOptions, 'today'> = {}) {
  const parsed = readRequest(edited(goodRequest(), edits));
  if (parsed.kind === 'malformed') throw new Error(JSON.stringify(parsed.problems));
  return project(parsed.request, { today: TODAY, ...options });
}

describe('the projection for the requested State', () => {
  it('names nobody: persons are codes, in lists and in texts', () => {
    const text = JSON.stringify(projected());
    expect(text).not.toMatch(/Araya|Solano|1979-02-11|detention centre|unknown address/);
    expect(text).toContain('relatives in Texas to P-2');
    expect(projected()).toMatchObject({
      persons: [
        { code: 'P-1', ageBand: 'adult' },
        { code: 'P-2', location: { state: 'CR' } },
      ],
      measures: [{ targetPersonIds: ['P-2'] }, {}, {}],
    });
  });

  it('shows three characters of an identifier, in lists and in texts, unless it is ticked', () => {
    expect(JSON.stringify(projected())).not.toContain('88213407');
    expect(projected()).toMatchObject({
      measures: [{ identifiers: [{ masked: '…407' }] }, {}, {}],
    });
    const ticked = projected({}, { identifiers: ['/measures/2/identifiers/0'] });
    expect(JSON.stringify(ticked)).toContain('RG-551902');
    expect(JSON.stringify(ticked)).not.toContain('RG-552118');
  });

  it('never shows half of a short identifier', () => {
    const { measures } = projected({ '/measures/0/identifiers/0/value': '1234' });
    expect(measures).toMatchObject([{ identifiers: [{ masked: '…34' }] }, {}, {}]);
  });

  it('shows fields of a suspect that were ticked', () => {
    const text = JSON.stringify(projected({}, { shown: { p2: ['name'] } }));
    expect(text).toContain('Beto Araya Solano');
    expect(text).not.toContain('1979-02-11');
  });

  it.each<[string, Edits]>([
    ['a child', { '/persons/1/dateOfBirth': '2010-01-01' }],
    ['someone of unknown age', { '/persons/1/dateOfBirth': null }],
    ['an applicant for asylum', { '/persons/1/protection': { asylum: 'applicant' } }],
    ['someone whose asylum is unknown', { '/persons/1/protection': { asylum: 'unknown' } }],
    ['a protected witness', { '/persons/1/protection': { protectedWitness: true } }],
    ['someone who is no suspect', { '/persons/1/roles': ['witness'] }],
  ])('never shows %s, ticked or not', (_, edits) => {
    const text = JSON.stringify(projected(edits, { shown: { p2: ['name', 'dateOfBirth'] } }));
    expect(text).not.toMatch(/Araya|1979-02-11|2010-01-01|asylum|protectedWitness/);
  });

  it('leaves out what rests only on a third State that forbids to pass it on, and the summary with it', () => {
    const barred: Edits = {
      '/facts/sources/1/usedInParagraphs': [2, 5],
      '/facts/sources/3': {
        id: 's4',
        kind: 'police-channel',
        fromState: 'MX',
        usedInParagraphs: [4, 6],
        handling: { code: 'EN2' },
      },
    };
    const { facts } = projected(barred);
    expect(facts).toMatchObject({
      paragraphs: [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }],
      sources: [{}, {}, { code: 'EN1' }],
    });
    expect(JSON.stringify(facts)).not.toMatch(/hospital|MX|EN2/);
  });

  it('tells nothing of other contacts, nor of dealings with third States', () => {
    const text = JSON.stringify(
      projected({
        '/relatedRequests': [
          { ref: 'PA-1', state: 'PA' },
          { ref: 'US-1', state: 'US' },
        ],
        '/proceeding/discriminatoryPurposeIndicated': true,
        '/parallelProceedings': [{ state: 'PA', reference: 'PA-2' }],
      }),
    );
    expect(text).not.toMatch(
      /PA-1|PA-2|platform thread|discriminatory|consentRef|evidentialUse":"consent/,
    );
    expect(text).toContain('US-1');
  });
});

describe('redaction', () => {
  const person = { name: 'José Núñez (fictional)', idDocuments: [{ number: '1-0456-0789' }] };
  const redact = redactor([{ person, instead: 'P-1' }]);

  it.each([
    ['jose nunez', 'P-1'],
    ['JOSÉ  NÚÑEZ', 'P-1'],
    ['José Núñez'.normalize('NFD'), 'P-1'],
    ['Núñez, and NUÑEZ', 'P-1, and P-1'],
    ['id 104560789', 'id P-1'],
    ['id 1 0456 0789', 'id P-1'],
    ['Nuñezsson', 'Nuñezsson'],
  ])('of %s gives %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('cannot be forged with its own marks', () => {
    expect(redact('\u{E000}\u{F0000}\u{E001} José Núñez')).not.toContain('José');
  });

  it('keeps a disclosed name that shares a part with a sealed one', () => {
    const other = { name: 'Ana Núñez' };
    const both = redactor([
      { person, instead: 'P-1' },
      { person: other, instead: null },
    ]);
    expect(both('Ana Núñez met Núñez')).toBe('Ana Núñez met P-1');
  });
});
