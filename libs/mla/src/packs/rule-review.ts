import { isDomainError, parseStrictJson } from '@enlace/kernel';
import { z } from 'zod';

import { CATALOGUE } from '../catalogue/catalogue.js';
import { FactRefused } from './fact-place.js';

const REVIEW_PATH = /^\/rules\/([^/]+)\/(\d{1,6})$/u;
const review = z.strictObject({
  result: z.enum(['confirmed', 'amended', 'rejected']),
  wording: z.string().min(1).max(2_000).optional(),
});

/** What a jurist of a State says of a rule, of exactly this version of it. */
export type RuleReview = z.infer<typeof review>;

/** The review in a statement. Throws `fact.refused`: another rule or version than this build has, or another form. */
export function readRuleReview(path: string, text: string): RuleReview {
  const [, id, version] = REVIEW_PATH.exec(path) ?? [];
  const rule = CATALOGUE.rules.find((one) => one.id === id);
  if (rule === undefined || String(rule.version) !== version) {
    throw new FactRefused('unknown-path', path);
  }
  const read = review.safeParse(parseValue(path, text));
  if (!read.success) throw new FactRefused('malformed-value', path);
  return read.data;
}

function parseValue(path: string, text: string): unknown {
  try {
    return parseStrictJson(text);
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new FactRefused('malformed-value', path, cause);
  }
}
