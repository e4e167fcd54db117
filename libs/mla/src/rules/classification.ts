import { hasRole, isDisclosed, type Case, type Item } from '../check/case.js';
import {
  each,
  eachMeasure,
  eachOffence,
  eachPerson,
  eachSource,
  emptyOf,
  isEmpty,
  when,
  whenEmpty,
  type Answer,
  type Outcome,
  type RuleSet,
} from '../check/rule.js';
import type { Source } from '../request/facts.js';
import type { Person } from '../request/parties.js';

// The fields that switch whole groups of rules on: their absence must itself be seen, or a gap would read as a pass.

function classifyRequest({ request }: Case): Answer[] {
  const { requestKind, channel, proceeding, legalBases = [] } = request;
  const bases = legalBases.flatMap(({ instrument }, index) =>
    instrument === undefined ? [`/legalBases/${index}/instrument`] : [],
  );
  return [
    { subject: 'requestKind', paths: requestKind === undefined ? ['/requestKind'] : [] },
    { subject: 'channel', paths: channel?.type === undefined ? ['/channel/type'] : [] },
    { subject: 'proceeding', paths: proceeding?.kind === undefined ? ['/proceeding/kind'] : [] },
    { subject: 'legalBases', paths: bases },
  ].flatMap(({ subject, paths }, at) =>
    paths.length > 0 ? [{ subject, at, outcome: { paths } }] : [],
  );
}

function classifyPerson({ value, path }: Item<Person>): Outcome {
  const absent = emptyOf(path, value, 'roles', 'kind');
  if (value.kind !== 'natural') return whenEmpty(absent);
  const isSensitive = hasRole(value, 'smuggled-migrant', 'victim', 'witness');
  const isNamed = isDisclosed(value) && isEmpty(value.identityUnknownReason);
  const hasAge = value.minor !== undefined || value.dateOfBirth !== undefined;
  if (!hasAge && (isSensitive || isNamed)) absent.push(`${path}/minor`, `${path}/dateOfBirth`);
  if (isSensitive && isDisclosed(value) && value.protection === undefined) {
    absent.push(`${path}/protection`);
  }
  return whenEmpty(absent);
}

/** Information of another State, or of a unit with rules of its own, has an origin and a code. */
const FROM_OTHERS: readonly Source['kind'][] = [
  'formal-mla',
  'informal-exchange',
  'police-channel',
  'spontaneous',
  'fiu',
];

function classifySource({ value, path }: Item<Source>): Outcome {
  const absent = [
    ...emptyOf(path, value, 'kind', 'usedInParagraphs'),
    ...emptyOf(`${path}/handling`, value.handling, 'evidentialUse'),
  ];
  if (FROM_OTHERS.includes(value.kind)) {
    absent.push(
      ...emptyOf(path, value, 'fromState'),
      ...emptyOf(`${path}/handling`, value.handling, 'code'),
    );
  }
  return whenEmpty(absent);
}

export const classificationRules: RuleSet = {
  'classify-request': classifyRequest,

  'classify-offence': eachOffence(({ value, path }) =>
    whenEmpty(emptyOf(path, value, 'categories')),
  ),

  'classify-person': eachPerson(classifyPerson),

  'classify-source': eachSource(classifySource),

  'fact-unsourced': each(
    (the) => the.paragraphs,
    ({ value, path }, the) => {
      const isSourced = the.sources.some(
        ({ value: source }) =>
          value.n !== undefined && source.usedInParagraphs?.includes(value.n) === true,
      );
      return when(!isSourced, path);
    },
  ),

  'measure-offence-link': eachMeasure(({ value, path }) =>
    whenEmpty(emptyOf(path, value, 'offenceIds', 'type')),
  ),
};
