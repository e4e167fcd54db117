import { CATALOGUE, type RuleText } from '../catalogue/catalogue.js';
import type { Rule, RuleSet } from './rule.js';
import { channelRules } from '../rules/channel.js';
import { classificationRules } from '../rules/classification.js';
import { contentRules } from '../rules/content.js';
import { cooperationRules } from '../rules/measures/cooperation.js';
import { dualCriminalityRules } from '../rules/dual-criminality.js';
import { electronicDataRules } from '../rules/measures/electronic-data.js';
import { integrityRules } from '../rules/integrity.js';
import { languageRules } from '../rules/language.js';
import { legalBasisRules } from '../rules/legal-basis.js';
import { proceedingRules } from '../rules/proceeding.js';
import { propertyRules } from '../rules/measures/property.js';
import { protectionRules } from '../rules/protection.js';
import { safeguardRules } from '../rules/safeguards.js';
import { scopeRules } from '../rules/scope.js';
import { smugglingRules } from '../rules/smuggling.js';
import { sourceRules } from '../rules/sources.js';
import { specificityRules } from '../rules/measures/specificity.js';
import { testimonyRules } from '../rules/measures/testimony.js';

/** Every group; an id stands in exactly one of them. */
export const RULE_SETS: readonly RuleSet[] = [
  legalBasisRules,
  scopeRules,
  proceedingRules,
  contentRules,
  integrityRules,
  smugglingRules,
  protectionRules,
  dualCriminalityRules,
  languageRules,
  channelRules,
  specificityRules,
  testimonyRules,
  electronicDataRules,
  propertyRules,
  cooperationRules,
  safeguardRules,
  sourceRules,
  classificationRules,
];

export interface CataloguedRule {
  readonly text: RuleText;
  /** Position in the catalogue. */
  readonly position: number;
  /** Undefined where the code has no implementation; the engine then reports a defect, never a silence. */
  readonly rule: Rule | undefined;
}

const implementations = new Map(RULE_SETS.flatMap((rules) => Object.entries(rules)));

/** The rules in the order of the catalogue, each with its implementation. */
export const ALL_RULES: readonly CataloguedRule[] = CATALOGUE.rules.map((text, position) => ({
  text,
  position,
  rule: implementations.get(text.id),
}));
