import {
  CATALOGUE,
  GROUPS,
  isProvisionVerified,
  SEVERITIES,
  type BasisRole,
  type Group,
  type RuleKind,
  type RuleText,
  type Severity,
} from '../catalogue/catalogue.js';
import { LABELS, type Language, type Text } from '../catalogue/labels.js';
import type { Confidence } from '../packs/fact.js';
import type { Case } from './case.js';
import { fill, paramsOf, type Params } from './params.js';
import type { Fires } from './rule.js';

export interface Basis {
  readonly text: Text;
  /** Whether every duty or ground of the rule was read in a public copy; not that a lawyer reviewed the rule. */
  readonly verified: boolean;
  readonly provisions: readonly {
    readonly id: string;
    readonly role: BasisRole;
    readonly verified: boolean;
  }[];
}

/** One thing a rule says about one subject of the request. */
export interface Finding {
  readonly rule: string;
  readonly ruleVersion: number;
  readonly group: Group;
  readonly kind: RuleKind;
  readonly severity: Severity;
  /** Set where a fact that is not verified kept a blocker from blocking. */
  readonly cappedFrom?: 'blocker';
  readonly subject: string;
  /** JSON pointers of the wrong or absent values. */
  readonly paths: readonly string[];
  readonly params: Params;
  readonly basis: Basis;
  readonly facts: readonly { readonly path: string; readonly confidence: Confidence }[];
}

/** A finding with what its order needs. */
export interface Placed {
  readonly finding: Finding;
  readonly position: number;
  readonly at: number;
}

/** The rule id of the finding that stands for a rule that threw. */
export const ENGINE_ERROR = 'engine-error';

export function findingOf(text: RuleText, subject: string, spoken: Fires & { the: Case }): Finding {
  const { paths, severity = text.severity, facts = [], the } = spoken;
  // Only verified facts may block (architecture.md, decision 11).
  const isCapped =
    severity === 'blocker' && facts.some(({ confidence }) => confidence !== 'verified');
  return {
    rule: text.id,
    ruleVersion: text.version,
    group: text.group,
    kind: text.kind,
    severity: isCapped ? 'likely-refusal' : severity,
    ...(isCapped ? { cappedFrom: 'blocker' as const } : {}),
    subject,
    paths: [...new Set(paths)],
    params: paramsOf(text, subject, the),
    basis: {
      text: text.basisText,
      verified: text.basisVerified,
      provisions: text.basis.map(({ provision, role }) => ({
        id: provision,
        role,
        verified: isProvisionVerified(provision),
      })),
    },
    facts: facts.map(({ path, confidence }) => ({ path, confidence })),
  };
}

/**
 * A rule that throws, or that nothing implements, is a defect of the engine: it blocks, and never looks like a pass.
 */
export function engineError(rule: string): Finding {
  return {
    rule: ENGINE_ERROR,
    ruleVersion: 1,
    group: 'J',
    kind: 'D',
    severity: 'blocker',
    subject: rule,
    paths: [''],
    params: { rule: { es: rule, en: rule } },
    basis: { text: { es: '', en: '' }, verified: false, provisions: [] },
    facts: [],
  };
}

/** Protection of persons first, then by gravity, group, catalogue, and place in the request. */
export function compareFindings(a: Placed, b: Placed): number {
  return (
    Number(isDanger(b.finding)) - Number(isDanger(a.finding)) ||
    SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity) ||
    GROUPS.indexOf(a.finding.group) - GROUPS.indexOf(b.finding.group) ||
    a.position - b.position ||
    a.at - b.at ||
    (a.finding.subject < b.finding.subject ? -1 : 1)
  );
}

function isDanger({ group, severity }: Finding): boolean {
  return group === 'D' && severity === 'blocker';
}

/** The words of a finding: what is wrong, what to do, and on which basis. */
export function describe(
  finding: Finding,
  language: Language,
): { message: string; fix: string; basis: string } {
  const params = Object.fromEntries(
    Object.entries(finding.params).map(([name, text]) => [name, text[language]]),
  );
  const { message, fix } = textsOf(finding.rule, language);
  return {
    message: fill(message, params),
    fix: fill(fix, params),
    basis: finding.basis.text[language],
  };
}

const textById = new Map(CATALOGUE.rules.map((text) => [text.id, text]));

function textsOf(rule: string, language: Language): { message: string; fix: string } {
  const text = textById.get(rule);
  if (!text) {
    const { message, fix } = LABELS.engineError;
    return { message: message[language], fix: fix[language] };
  }
  return language === 'es'
    ? { message: text.messageEs, fix: text.fixEs }
    : { message: text.messageEn, fix: text.fixEn };
}
