import type { Case } from '../check/case.js';
import { eachAnnex, emptyOf, once, when, whenEmpty, type RuleSet } from '../check/rule.js';
import { weakest } from '../packs/fact.js';
import type { FactUse, ReadFact } from '../packs/fact-reader.js';

interface Accepted {
  readonly languages: readonly string[] | null;
  readonly use: FactUse;
}

/** Languages a State accepts for requests; where that is unknown its official ones, never better than secondary. */
function accepted(the: Case): Accepted {
  const { requestedState } = the.request;
  const languages = the.facts.country(requestedState, 'languages');
  if (languages.value !== null) return { languages: primary(languages), use: languages.use };
  const official = the.facts.country(requestedState, 'officialLanguages');
  if (official.value === null) return { languages: null, use: languages.use };
  const confidence = weakest(['secondary', official.use.confidence]);
  return { languages: primary(official), use: { ...official.use, confidence } };
}

function primary({ value }: ReadFact<string[]>): string[] {
  return (value ?? []).map(primarySubtag);
}

/** BCP 47: the first subtag names the language, whatever the case. */
function primarySubtag(tag: string): string {
  return (tag.split('-')[0] ?? '').toLowerCase();
}

function isAccepted(languages: readonly string[], ...tags: (string | undefined)[]): boolean {
  return tags.some((tag) => tag !== undefined && languages.includes(primarySubtag(tag)));
}

export const languageRules: RuleSet = {
  'lang-not-accepted': once('languages', (the) => {
    const { draft, translation } = the.request.languages ?? {};
    const { languages, use } = accepted(the);
    if (languages === null) return { ask: [use] };
    if (isAccepted(languages, draft, translation?.language)) return null;
    return { paths: ['/languages/draft', '/languages/translation/language'], facts: [use] };
  }),

  'lang-uncertified': once('languages', ({ request }) => {
    const translation = request.languages?.translation;
    return when(
      translation?.language !== undefined && translation.certified !== true,
      '/languages/translation/certified',
    );
  }),

  'lang-annexes': eachAnnex(({ value, path }, the) => {
    const { languages, use } = accepted(the);
    if (languages === null) return { ask: [use] };
    if (isAccepted(languages, value.language, value.translatedTo)) return null;
    const paths = [`${path}/language`, `${path}/translatedTo`];
    return the.governs('NASSAU')
      ? { paths, facts: [use, ...the.governingFacts] }
      : { paths, severity: 'quality', facts: [use] };
  }),

  'form-signatory': once('authorities', ({ request }) =>
    whenEmpty(
      emptyOf('/authorities/signatory', request.authorities?.signatory, 'name', 'position'),
    ),
  ),
};
