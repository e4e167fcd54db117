import { CATALOGUE, SEVERITIES } from '../catalogue/catalogue.js';
import { digestOf } from '../packs/digest.js';
import { FactReader } from '../packs/fact-reader.js';
import type { PackSet } from '../packs/pack-set.js';
import { currentReviews } from '../packs/rule-review.js';
import type { IsoDate } from '../request/days.js';
import type { MlaRequest } from '../request/model.js';
import { parseRequest, readRequest, type ParsedRequest } from '../request/parse.js';
import { ALL_RULES, type CataloguedRule } from './all-rules.js';
import { alternativesOf, isMlaNotNeeded } from './alternatives.js';
import { Case } from './case.js';
import { compareFindings, engineError, findingOf, type Finding, type Placed } from './finding.js';
import {
  ENGINE_VERSION,
  EXIT_CODES,
  NOT_CHECKED,
  REPORT_FORMAT,
  verdictOf,
  type Engine,
  type Report,
  type Review,
  type SoundReport,
  type Unknown,
} from './report.js';
import { staysOn } from './waiving.js';
import type { Answer } from './rule.js';

const ENGINE: Engine = {
  version: ENGINE_VERSION,
  catalogue: CATALOGUE.version,
  rules: CATALOGUE.rules.length,
};

/**
 * Checks a request against every rule, on a day, with a set of packs. Pure and total: no value of `request` makes it
 * throw, the same arguments give the same report, and a rule that cannot decide is listed as unknown, never as a pass.
 */
export function check(request: unknown, packs: PackSet, today: IsoDate): Report {
  return judge(readRequest(request), packs, today);
}

/** As `check`, on the text of a file: text that is no JSON or too large is a malformed request as well. */
export function checkText(json: string, packs: PackSet, today: IsoDate): Report {
  return judge(parseRequest(json), packs, today);
}

function judge(parsed: ParsedRequest, packs: PackSet, today: IsoDate): Report {
  if (parsed.kind === 'request') return reportOn(parsed.request, packs, today);
  return {
    format: REPORT_FORMAT,
    engine: ENGINE,
    verdict: 'malformed',
    exitCode: EXIT_CODES.malformed,
    problems: parsed.problems,
  };
}

function reportOn(request: MlaRequest, packs: PackSet, today: IsoDate): SoundReport {
  const facts = new FactReader(packs, today);
  const the = new Case(request, facts);
  const reviews = reviewsFor(request, packs, today);
  const { placed, unknown } = runRules(the, reviews);
  const findings = placed.toSorted(compareFindings).map(({ finding }) => finding);
  const verdict = verdictOf(findings);
  const { requestedState = null } = request;
  const country = Object.entries(packs.countries).find(([state]) => state === requestedState);
  return {
    format: REPORT_FORMAT,
    engine: ENGINE,
    today,
    verdict,
    exitCode: EXIT_CODES[verdict],
    request: {
      id: request.id ?? null,
      schemaVersion: request.schemaVersion,
      requestingState: request.requestingState ?? null,
      requestedState,
      sha256: digestOf(request),
    },
    packs: {
      id: packs.id,
      version: packs.version,
      sha256: packs.sha256,
      requestedVerifiedOn: country?.[1].verifiedOn ?? null,
    },
    governing: the.governing,
    reviews,
    counts: countsOf(findings, unknown),
    findings,
    unknown,
    factsUsed: facts.used(),
    alternatives: alternativesOf(findings),
    mlaNotNeeded: isMlaNotNeeded(findings, the),
    notChecked: NOT_CHECKED,
  };
}

/**
 * A rule that one of the two States rejected is switched off between them; the region's word switches none off. What
 * protects persons stays on: a review takes one signature, and to lift such a finding takes two persons.
 */
function reviewsFor(request: MlaRequest, packs: PackSet, today: IsoDate): readonly Review[] {
  const pair = [request.requestingState, request.requestedState];
  const lasting = new Set(CATALOGUE.rules.filter(staysOn).map(({ id }) => id));
  return currentReviews(packs.reviews ?? [], today).map((one) => ({
    ...one,
    isOff: one.result === 'rejected' && pair.includes(one.state) && !lasting.has(one.rule),
  }));
}

function runRules(the: Case, reviews: readonly Review[]): { placed: Placed[]; unknown: Unknown[] } {
  const placed = new Map<string, Placed>();
  const unknown: Unknown[] = [];
  const off = new Set(reviews.flatMap(({ rule, isOff }) => (isOff ? [rule] : [])));
  for (const rule of ALL_RULES) {
    if (off.has(rule.text.id)) continue;
    const answers = answersOf(rule, the);
    if (answers === null) {
      const finding = engineError(rule.text.id);
      placed.set(rule.text.id, { finding, position: rule.position, at: 0 });
      continue;
    }
    for (const answer of answers) keepGravest(placed, placeOf(rule, answer, the));
    unknown.push(...asked(rule.text.id, answers));
  }
  return { placed: [...placed.values()], unknown };
}

/** Null when the rule has no implementation, or throws: both are defects of the engine. */
function answersOf({ rule }: CataloguedRule, the: Case): readonly Answer[] | null {
  try {
    return rule?.(the) ?? null;
  } catch {
    return null;
  }
}

function placeOf({ text, position }: CataloguedRule, answer: Answer, the: Case): Placed | null {
  const { outcome, subject, at } = answer;
  if ('ask' in outcome) return null;
  return { finding: findingOf(text, subject, { ...outcome, the }), position, at };
}

/** At most one finding for a rule and a subject: of several the gravest, with the places of all. */
function keepGravest(placed: Map<string, Placed>, one: Placed | null): void {
  if (one === null) return;
  const key = JSON.stringify([one.finding.rule, one.finding.subject]);
  const other = placed.get(key);
  if (!other) {
    placed.set(key, one);
    return;
  }
  const isGraver =
    SEVERITIES.indexOf(one.finding.severity) < SEVERITIES.indexOf(other.finding.severity);
  const [first, second] = isGraver ? [one, other] : [other, one];
  const paths = [...new Set([...other.finding.paths, ...one.finding.paths])];
  const facts = [...first.finding.facts, ...second.finding.facts];
  placed.set(key, { ...first, at: other.at, finding: { ...first.finding, paths, facts } });
}

function asked(rule: string, answers: readonly Answer[]): Unknown[] {
  const points = answers.flatMap(({ subject, outcome }) =>
    'ask' in outcome
      ? outcome.ask.map(({ path, question }) => ({ rule, subject, fact: path, question }))
      : [],
  );
  const distinct = new Map(points.map((point) => [`${point.subject}\n${point.fact}`, point]));
  return [...distinct.values()].toSorted((a, b) =>
    `${a.subject}\n${a.fact}` < `${b.subject}\n${b.fact}` ? -1 : 1,
  );
}

function countsOf(
  findings: readonly Finding[],
  unknown: readonly Unknown[],
): SoundReport['counts'] {
  const of = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    blocker: of('blocker'),
    'likely-refusal': of('likely-refusal'),
    missing: of('missing'),
    quality: of('quality'),
    advice: of('advice'),
    unknown: unknown.length,
  };
}
