import { describe, expect, it } from '@jest/globals';
import { edited, fixturePacks, goodRequest, MLA_TODAY, type Edits } from '@enlace/testing';

import { check } from '../check/check.js';
import { readRequest } from '../request/parse.js';
import { withoutGuardedNames, withoutNames } from './hidden-names.js';

const NAME = 'Hortensia Quijano Zeledón';
const TITLE = `Caso QUIJANO ZELEDÓN: ${NAME} y Beto Araya Solano`;
/** A child who is named, beside somebody of age. */
const EXPOSED: Edits = {
  '/persons/0/name': 'Beto Araya Solano',
  '/persons/1/name': NAME,
  '/persons/1/minor': true,
  '/persons/1/nameDisclosed': 'full',
};

function read(edits: Edits) {
  const parsed = readRequest(edited(goodRequest(), edits));
  if (parsed.kind === 'malformed') throw new RangeError(JSON.stringify(parsed.problems));
  const report = check(parsed.request, fixturePacks(), MLA_TODAY);
  if (report.verdict === 'malformed') throw new RangeError('malformed');
  return { request: parsed.request, findings: report.findings };
}

describe('the title of a request', () => {
  it('names in lists nobody whom a rule of protection still guards, and everybody else', () => {
    const { request, findings } = read(EXPOSED);
    expect(findings.map(({ rule, subject }) => `${rule} ${subject}`)).toContain(
      `protect-minor-identity ${request.persons?.[1]?.id ?? ''}`,
    );
    expect(withoutGuardedNames(request, findings)(TITLE)).toBe(
      'Caso P-2 P-2: P-2 y Beto Araya Solano',
    );
  });

  it('names again whom nothing endangers any more', () => {
    const { request, findings } = read({ ...EXPOSED, '/persons/1/nameDisclosed': 'sealed-annex' });
    expect(withoutGuardedNames(request, findings)(TITLE)).toBe(TITLE);
  });

  it('names nobody where it leaves the unit', () => {
    const { request } = read(EXPOSED);
    expect(withoutNames(request)(TITLE)).toBe('Caso P-2 P-2: P-2 y P-1');
  });
});
