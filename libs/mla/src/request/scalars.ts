import { z } from 'zod';

import { isIsoDate } from './days.js';

// zod compiles validators with `new Function` unless told not to; the browser client forbids that
// (Content-Security-Policy).
z.config({ jitless: true });

/** Characters of a short field, characters of a text, items of a list, measures of a request. */
export const STRING_LIMIT = 500;
export const TEXT_LIMIT = 20_000;
export const LIST_LIMIT = 200;
export const MEASURE_LIMIT = 50;

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const DURATION = /^P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const LANGUAGE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/;

// The message of each zod issue is the problem code itself; `problems.ts` reads it back.
const wrongType = { error: 'wrong-type' };
const withPattern = (pattern: RegExp) =>
  z.string(wrongType).max(STRING_LIMIT, 'too-long').regex(pattern, 'bad-format');

export const short = z.string(wrongType).max(STRING_LIMIT, 'too-long');
export const text = z.string(wrongType).max(TEXT_LIMIT, 'too-long');
export const flag = z.boolean(wrongType);
export const id = withPattern(ID);
/** An id that must stand in a list of the request; whether it does is a rule's question (`integrity-references`). */
export const ref = withPattern(ID);
export const state = withPattern(/^[A-Z]{2}$/);
export const language = withPattern(LANGUAGE);
export const phone = withPattern(/^\+[1-9]\d{1,14}$/);
export const sha256 = withPattern(/^[0-9a-f]{64}$/);
export const duration = withPattern(DURATION);
export const day = z.string(wrongType).refine((value): boolean => isIsoDate(value), 'bad-date');
export const instant = withPattern(INSTANT).refine(
  (value) => !INSTANT.test(value) || isIsoDate(value.slice(0, 10)),
  'bad-date',
);

const numeric = z.number({
  error: (issue) => (typeof issue.input === 'number' ? 'bad-number' : 'wrong-type'),
});
export const amount = numeric.min(0, 'bad-number');
export const count = numeric.min(0, 'bad-number').refine(Number.isSafeInteger, 'bad-number');

/** Money is never a float: a decimal text with at most four decimals, and an ISO 4217 code. */
export const money = section({
  value: withPattern(/^\d{1,18}(\.\d{1,4})?$/),
  currency: withPattern(/^[A-Z]{3}$/),
});

/** One value of a closed list. */
export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, {
    error: (issue) => (typeof issue.input === 'string' ? 'bad-enum' : 'wrong-type'),
  });
}

export function listOf<T extends z.ZodType>(item: T, limit = LIST_LIMIT) {
  return z.array(item, wrongType).max(limit, 'too-long');
}

/** An object in which every field may be absent, because absence is the rules' work, and no other field may stand. */
export function section<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape).partial();
}
