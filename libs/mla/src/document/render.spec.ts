import { describe, expect, it } from '@jest/globals';

import { edited, goodRequest, mlaVector, type Edits } from '@enlace/testing';

import { LANGUAGES, type Language } from '../catalogue/labels.js';
import { readRequest } from '../request/parse.js';
import { WORDS } from './blocks.js';
import { render } from './render.js';

function rendered(language: Language, edits: Edits = {}) {
  const parsed = readRequest(edited(goodRequest(), edits));
  if (parsed.kind === 'malformed') throw new Error(JSON.stringify(parsed.problems));
  return render(parsed.request, language);
}

const SEALED: Edits = {
  '/persons/1/nameDisclosed': 'sealed-annex',
  '/persons/1/aliases': ['Don Beto'],
  '/persons/1/idDocuments': [{ type: 'passport', number: 'AB-123456', state: 'CR' }],
  '/measures/0/purpose': 'To find ARAYA, also known as don  beto, holder of AB 123456',
  '/annexes/0/title': 'Declaración de Beto Araya Solano',
};

describe('the formal document', () => {
  it.each(LANGUAGES)('is the frozen one in %s', (language) => {
    expect(rendered(language)).toEqual(mlaVector(`document.${language}.json`));
  });

  it.each(LANGUAGES)(
    'has every section and annex in order in %s, also when all is absent',
    (language) => {
      const parsed = readRequest({ schemaVersion: '1.0' });
      if (parsed.kind === 'malformed') throw new Error('malformed');
      const { sections, annexes, sealed } = render(parsed.request, language);
      expect(sections.map(({ title }) => title)).toEqual(
        WORDS.sections.map((one) => one[language]),
      );
      expect(sections.map(({ number }) => number)).toEqual([...sections.keys()]);
      expect(annexes.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 8]);
      expect(sections[2]?.blocks).toEqual([
        { kind: 'paragraph', text: WORDS.notApplicable[language] },
      ]);
      expect(sealed).toBeNull();
    },
  );

  it('holds no name of a sealed person, wherever it was typed, but in the sealed annex', () => {
    const { sealed, ...main } = rendered('es', SEALED);
    expect(JSON.stringify(main)).not.toMatch(/araya|solano|don\s+beto|123456/i);
    expect(JSON.stringify(main)).toContain('To find P-2, also known as P-2, holder of P-2');
    expect(JSON.stringify(sealed)).toContain('Beto Araya Solano');
  });

  it('holds neither handling codes nor informal contacts with providers', () => {
    const document = JSON.stringify(
      rendered('en', {
        '/measures/0/directRequestTried': true,
        '/persons/1/protection': { asylum: 'refugee', countryOfOrigin: 'NI' },
      }),
    );
    expect(document).not.toMatch(/consent-required|EN1|thread msg|directRequest|refugee/);
  });

  it('speaks of probable cause to the United States alone', () => {
    expect(JSON.stringify(rendered('en'))).toContain('probable cause');
    expect(JSON.stringify(rendered('en', { '/requestedState': 'PA' }))).not.toContain(
      'probable cause',
    );
  });

  it('never prints the address of a protected witness', () => {
    const edits = {
      '/persons/1/location/address': 'Calle 7',
      '/persons/1/protection': { protectedWitness: true },
    };
    expect(JSON.stringify(rendered('es', edits))).not.toContain('Calle 7');
  });
});
