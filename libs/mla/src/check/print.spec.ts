import { describe, expect, it } from '@jest/globals';

import {
  edited,
  fixturePacks,
  goodRequest,
  MLA_TODAY,
  ruleCases,
  type Edits,
} from '@enlace/testing';

import { LANGUAGES } from '../catalogue/labels.js';
import { check } from './check.js';
import { printText } from './print-text.js';
import { printReport } from './print.js';

const fixture = fixturePacks();
const reportOn = (edits: Edits) => check(edited(goodRequest(), edits), fixture, MLA_TODAY);

describe('a report for people', () => {
  it('starts with the verdict and names what could not and what is never checked', () => {
    const text = printText(reportOn({ '/facts/summary': null }), 'es');
    expect(text.split('\n')[0]).toBe('No lista · 2 puntos sin poder comprobar');
    expect(text).toMatch(
      /Impide enviar \(1\)\n {2}\S.*\n {4}Qué hacer: .*\n {4}Fundamento: .*\[texto leído\]/,
    );
    expect(text).toContain(
      'Sin poder comprobar: pregunte al Estado requerido\n  Confirme este dato',
    );
    expect(text).toContain('Nunca se comprueba\n  La verdad de los hechos.');
    expect(text).toContain(
      'Reglas con el texto leído: 109/157; revisadas por juristas: 0. Catálogo no revisado por juristas.',
    );
    expect(text).toContain('No es asesoramiento jurídico');
  });

  it('names each problem of a malformed request', () => {
    expect(printText(reportOn({ '/colour': 1 }), 'en')).toBe(
      'Malformed\n  /colour: Unknown field. (unknown-field)\n',
    );
  });

  it('never calls a practice or a policy a text that was read', () => {
    const text = printText(reportOn({ '/use/purposeLimited': null, '/glossary': [] }), 'en');
    for (const line of text.split('\n').filter((one) => one.includes('[text read]'))) {
      expect(line).not.toMatch(/Basis: (Practice|Policy|Product policy)[^;]*$/);
    }
  });

  it('is in one language alone', () => {
    for (const [, { set }] of Object.entries(ruleCases())) {
      expect(printText(reportOn(set), 'es')).not.toMatch(
        / (the|of the|must|should|verified|unknown) |\((verified|secondary|unknown)/,
      );
    }
  });
});

it('a printed report has one order of members, and one set in both languages', () => {
  const [es, en] = LANGUAGES.map((language) =>
    printReport(reportOn({ '/measures': [] }), language),
  );
  expect(Object.keys(es ?? {})).toEqual(Object.keys(en ?? {}));
  expect(Object.keys(es ?? {}).at(-1)).toBe('notChecked');
  expect(printReport(reportOn({ '/id': 4 }), 'en')).toEqual({
    format: 'enlace-precheck/1',
    engine: { version: '1.0.0', catalogue: '2.0.0', rules: 157 },
    verdict: 'malformed',
    exitCode: 3,
    problems: [{ path: '/id', code: 'wrong-type', message: 'Value of another type.' }],
  });
});
