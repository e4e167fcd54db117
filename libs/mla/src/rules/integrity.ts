import type { Case, Item } from '../check/case.js';
import { eachMeasure, type Answer, type Outcome, type RuleSet } from '../check/rule.js';

type Key = string | number;

/** A use of an id or paragraph number: where, by whom, and in which list it must stand. */
interface Link {
  readonly holder: string;
  readonly at: number;
  readonly path: string;
  readonly keys: readonly (Key | undefined)[];
  readonly list: Target;
}

type Target = 'persons' | 'offences' | 'annexes' | 'paragraphs';

function linksOfMeasures(the: Case): Link[] {
  return the.measures.flatMap(({ value, path, subject: holder, index: at }) => [
    {
      holder,
      at,
      path: `${path}/targetPersonIds`,
      keys: value.targetPersonIds ?? [],
      list: 'persons',
    },
    { holder, at, path: `${path}/offenceIds`, keys: value.offenceIds ?? [], list: 'offences' },
    { holder, at, path: `${path}/annexIds`, keys: value.annexIds ?? [], list: 'annexes' },
    {
      holder,
      at,
      path: `${path}/domesticAuthorisation`,
      keys: [value.domesticAuthorisation],
      list: 'annexes',
    },
    {
      holder,
      at,
      path: `${path}/nexus/factParagraphs`,
      keys: value.nexus?.factParagraphs ?? [],
      list: 'paragraphs',
    },
  ]);
}

function linksOfFacts(the: Case): Link[] {
  const paragraphs = the.paragraphs.map(({ value, path, subject, index }) => ({
    holder: subject,
    at: index,
    path: `${path}/personIds`,
    keys: value.personIds ?? [],
    list: 'persons' as const,
  }));
  const sources = the.sources.map(({ value, path, subject, index }) => ({
    holder: subject,
    at: index,
    path: `${path}/usedInParagraphs`,
    keys: value.usedInParagraphs ?? [],
    list: 'paragraphs' as const,
  }));
  const elements = Object.entries(the.elements).map(([name, element]) => ({
    holder: 'facts',
    at: 0,
    path: `/facts/elements/${name}/factParagraphs`,
    keys: element?.factParagraphs ?? [],
    list: 'paragraphs' as const,
  }));
  return [...paragraphs, ...sources, ...elements];
}

function linksOfParties(the: Case): Link[] {
  const annexOf = (item: Item<unknown>, field: string, key: Key | undefined): Link => ({
    holder: item.subject,
    at: item.index,
    path: `${item.path}/${field}`,
    keys: [key],
    list: 'annexes',
  });
  const act = the.request.proceeding?.originatingAct?.annexId;
  const root = { holder: 'request', at: 0 };
  return [
    ...the.offences.map((item) =>
      annexOf(item, 'provision/annexId', item.value.provision?.annexId),
    ),
    ...the.persons.map((item) => annexOf(item, 'consent/annexId', item.value.consent?.annexId)),
    { ...root, path: '/proceeding/originatingAct/annexId', keys: [act], list: 'annexes' },
    ...(the.request.assurances ?? []).map(({ annexId }, index) => ({
      ...root,
      path: `/assurances/${index}/annexId`,
      keys: [annexId],
      list: 'annexes' as const,
    })),
    ...(the.request.parallelProceedings ?? []).map(({ personIds = [] }, index) => ({
      ...root,
      path: `/parallelProceedings/${index}/personIds`,
      keys: personIds,
      list: 'persons' as const,
    })),
  ];
}

function brokenLinks(the: Case): Answer[] {
  const known: Readonly<Record<Target, ReadonlySet<Key | undefined>>> = {
    persons: new Set(the.persons.map(({ value }) => value.id)),
    offences: new Set(the.offences.map(({ value }) => value.id)),
    annexes: new Set(the.annexes.map(({ value }) => value.id)),
    paragraphs: new Set(the.paragraphs.map(({ value }) => value.n)),
  };
  return [...linksOfMeasures(the), ...linksOfFacts(the), ...linksOfParties(the)]
    .filter(({ keys, list }) => keys.some((key) => key !== undefined && !known[list].has(key)))
    .map(({ holder, at, path }) => ({ subject: holder, at, outcome: { paths: [path] } }));
}

/** Paths of ids that are absent, or that stand twice in one list. */
function doubtfulKeys(list: readonly Item<{ id?: string | undefined }>[]): string[] {
  const count = new Map<string | undefined, number>();
  for (const { value } of list) count.set(value.id, (count.get(value.id) ?? 0) + 1);
  return list
    .filter(({ value }) => value.id === undefined || (count.get(value.id) ?? 0) > 1)
    .map(({ path }) => `${path}/id`);
}

function doubtfulLists(the: Case): Answer[] {
  const numbered = the.paragraphs.map((item) => ({
    ...item,
    value: { id: item.value.n === undefined ? undefined : String(item.value.n) },
  }));
  const factsPaths = [
    ...doubtfulKeys(the.sources),
    ...doubtfulKeys(numbered).map((path) => path.replace(/id$/, 'n')),
  ];
  return [
    { subject: 'persons', paths: doubtfulKeys(the.persons) },
    { subject: 'offences', paths: doubtfulKeys(the.offences) },
    { subject: 'measures', paths: doubtfulKeys(the.measures) },
    { subject: 'annexes', paths: doubtfulKeys(the.annexes) },
    { subject: 'facts', paths: factsPaths },
  ]
    .filter(({ paths }) => paths.length > 0)
    .map(({ subject, paths }) => ({ subject, at: 0, outcome: { paths } }));
}

function period(from: string | undefined, to: string | undefined): boolean {
  return from !== undefined && to !== undefined && from > to;
}

function factsPeriod({ request, today }: Case): Outcome {
  const { from, to } = request.facts?.period ?? {};
  const isWrong = period(from, to) || (from !== undefined && from > today);
  return isWrong ? { paths: ['/facts/period/from', '/facts/period/to'] } : null;
}

const measurePeriods = eachMeasure(({ value, path }) =>
  period(value.dateRange?.from, value.dateRange?.to)
    ? { paths: [`${path}/dateRange/from`, `${path}/dateRange/to`] }
    : null,
);

export const integrityRules: RuleSet = {
  'integrity-references': (the) => [...brokenLinks(the), ...doubtfulLists(the)],

  'integrity-dates': (the) => {
    const outcome = factsPeriod(the);
    const facts = outcome ? [{ subject: 'facts', at: 0, outcome }] : [];
    return [...facts, ...measurePeriods(the)];
  },
};
