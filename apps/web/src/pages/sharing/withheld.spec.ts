import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '@enlace/kernel';
import { parseRequest, project } from '@enlace/mla';
import { goodRequest, MLA_TODAY } from '@enlace/testing';

import { withheldIn } from './withheld.js';

describe('what of a draft does not travel', () => {
  it('is what is not in the projection, or stands there as something else', () => {
    const draft = {
      title: 'A',
      name: 'Ana',
      facts: [
        { n: 1, text: 'Ana went' },
        { n: 2, text: 'x' },
      ],
    };
    const travels = { title: 'A', facts: [{ n: 2, text: 'x' }] };
    expect([...withheldIn(draft, travels)]).toEqual([
      ['/name', 'withheld'],
      ['/facts/0/n', 'withheld'],
      ['/facts/0/text', 'withheld'],
    ]);
    const coded = {
      title: 'A',
      facts: [
        { n: 1, text: 'P-1 went' },
        { n: 2, text: 'x' },
      ],
    };
    expect([...withheldIn(draft, coded)]).toEqual([
      ['/name', 'withheld'],
      ['/facts/0/text', 'replaced'],
    ]);
  });

  it('finds items without a name by what they say, once one of them was left out', () => {
    const draft = { contacts: [{ state: 'PA' }, { state: 'US' }] };
    expect([...withheldIn(draft, { contacts: [{ state: 'US' }] })]).toEqual([
      ['/contacts/0/state', 'withheld'],
    ]);
  });

  it('names every person of a request, and nothing that travels as it is', () => {
    const parsed = parseRequest(JSON.stringify(goodRequest()));
    if (parsed.kind === 'malformed') throw new Error('the good request is one');
    const draft: JsonValue = JSON.parse(JSON.stringify(parsed.request));
    const projection = project(parsed.request, { today: MLA_TODAY });
    const travels: JsonValue = JSON.parse(JSON.stringify(projection));
    const found = withheldIn(draft, travels);
    const named = (parsed.request.persons ?? []).flatMap(({ name }, at) =>
      name === undefined ? [] : [`/persons/${at}/name`],
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.map((path) => found.get(path))).toEqual(named.map(() => 'withheld'));
    expect(found.has('/legalBases/0/instrument')).toBe(false);
    expect(found.has('/measures/0/type')).toBe(false);
  });
});
