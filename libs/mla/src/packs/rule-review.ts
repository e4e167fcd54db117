import { isDomainError, parseStrictJson } from '@enlace/kernel';
import { z } from 'zod';

import { CATALOGUE } from '../catalogue/catalogue.js';
import { FactRefused } from './fact-place.js';
import { isCurrent } from './fact.js';
import { reviewResult, reviewWording, type PackReview } from './pack-schema.js';

const REVIEW_PATH = /^\/rules\/([^/]+)\/(\d{1,6})$/u;
const review = z.strictObject({ result: reviewResult, wording: reviewWording.optional() });

/** What a jurist of a State says of a rule, of exactly this version of it. */
export type RuleReview = z.infer<typeof review>;

/** The review in a statement. Throws `fact.refused`: another rule or version than this build has, or another form. */
export function readRuleReview(path: string, value: string): RuleReview {
  if (reviewedRule(path) === null) throw new FactRefused('unknown-path', path);
  const read = review.safeParse(parseValue(path, value));
  if (!read.success) throw new FactRefused('malformed-value', path);
  return read.data;
}

/** The rule of the catalogue, in the version that it has here, that a path names; null where it names none. */
export function reviewedRule(path: string): Pick<PackReview, 'rule' | 'version'> | null {
  const [, id, version] = REVIEW_PATH.exec(path) ?? [];
  const rule = CATALOGUE.rules.find((one) => one.id === id);
  if (rule === undefined || String(rule.version) !== version) return null;
  return { rule: rule.id, version: rule.version };
}

/** What was said of the rules in the versions that they have here, as far as it counts on that day. */
export function currentReviews(
  reviews: readonly PackReview[],
  today: string,
): readonly PackReview[] {
  return reviews.filter(
    (one) => reviewedRule(`/rules/${one.rule}/${one.version}`) !== null && isCurrent(one, today),
  );
}

function parseValue(path: string, value: string): unknown {
  try {
    return parseStrictJson(value);
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new FactRefused('malformed-value', path, cause);
  }
}
