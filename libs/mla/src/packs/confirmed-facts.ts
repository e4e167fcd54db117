import { isDomainError, type JsonValue } from '@enlace/kernel';

import { digestOf } from './digest.js';
import type { Fact } from './fact.js';
import { findPlace, readFactValue } from './fact-place.js';
import { findFact, keysOf, putFact } from './pack-members.js';
import { packFile, type PackReview } from './pack-schema.js';
import type { PackSet } from './pack-set.js';
import { readRuleReview, reviewedRule } from './rule-review.js';

/**
 * What somebody signed about a fact or a rule, newest of its State and path. Who may sign was judged where it was
 * taken in.
 */
export interface FactStatement {
  readonly id: string;
  /** The State that speaks; `XR` is the region, whose facts are secondary. */
  readonly state: string;
  readonly path: string;
  /** Canonical JSON. */
  readonly value: string;
  readonly source: string;
  readonly sourceDate: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly reviewBy: string | null;
  readonly note: string | null;
  /** The day of the signature. */
  readonly on: string;
}

/** A fact of the packs in the words of who confirmed it, and as the packs had it. */
export interface ConfirmedFact {
  readonly path: string;
  readonly states: readonly string[];
  readonly on: string;
  readonly before: Fact<unknown> | null;
  readonly after: Fact<unknown>;
}

/** Why a statement changes nothing. */
type WithoutEffect =
  | 'unknown-path'
  | 'malformed-value'
  | 'unknown-authority'
  /** It is about another State. */
  | 'other-state'
  /** Of a pair one State has spoken. */
  | 'awaits-other-state'
  /** The States of a pair say different things. */
  | 'states-differ'
  /** Secondary, where the primary text was read or the State itself has spoken. */
  | 'verified-stands';

/** Packs as the States have confirmed them. */
export interface ConfirmedPacks {
  readonly packs: PackSet;
  readonly confirmed: readonly ConfirmedFact[];
  /** What was said of rules, in the versions that they have here. */
  readonly reviews: readonly PackReview[];
  readonly withoutEffect: readonly {
    readonly statement: FactStatement;
    readonly why: WithoutEffect;
  }[];
}

const REGION = 'XR';
const RULES = '/rules/';

/**
 * The packs with what States confirmed of their own law, verified, and what the secretariat published, secondary. A
 * fact of a pair takes both its States, with one value. Nobody changes the fact of another State, and nothing
 * secondary takes the place of what is verified. Reviews of rules come with them, each of its State. Total: what does
 * not fit is listed, and the packs stay as they are there.
 */
export function confirmPacks(packs: PackSet, statements: readonly FactStatement[]): ConfirmedPacks {
  const confirmed: ConfirmedFact[] = [];
  const withoutEffect: { statement: FactStatement; why: WithoutEffect }[] = [];
  const { sha256: _, ...shipped } = packs;
  const draft: unknown = JSON.parse(JSON.stringify(shipped));
  const ofRules = statements.filter(({ path }) => path.startsWith(RULES));
  const facts = statements.filter(({ path }) => !path.startsWith(RULES));
  const reviews = reviewsIn(ofRules);
  withoutEffect.push(...reviews.idle);
  for (const [path, said] of byPath(facts)) {
    const verdicts = said.map((statement) => ({ statement, why: faultOf(packs, statement) }));
    const sound = verdicts.flatMap(({ statement, why }) => (why === null ? [statement] : []));
    const { chosen, idle } = choose(path, sound, findFact(packs, path));
    withoutEffect.push(
      ...verdicts.flatMap(({ statement, why }) => (why === null ? [] : { statement, why })),
    );
    withoutEffect.push(...idle);
    if (chosen === null) continue;
    putFact(draft, keysOf(packs, path), chosen.after);
    confirmed.push(chosen);
  }
  const count = confirmed.length + reviews.given.length;
  const all = { confirmed, reviews: reviews.given, withoutEffect };
  if (count === 0) return { packs, ...all };
  const file = packFile.parse(draft);
  const kept = [...(packs.reviews ?? []).filter(isUntouchedBy(reviews.given)), ...reviews.given];
  const changed = {
    ...file,
    version: `${packs.version}+${count}`,
    ...(kept.length === 0 ? {} : { reviews: kept }),
  };
  return { packs: { ...changed, sha256: digestOf(changed) }, ...all };
}

function reviewsIn(statements: readonly FactStatement[]) {
  const given: PackReview[] = [];
  const idle: { statement: FactStatement; why: WithoutEffect }[] = [];
  for (const [, said] of byPath(statements)) {
    for (const statement of said) {
      const read = reviewIn(statement);
      if (typeof read === 'string') idle.push({ statement, why: read });
      else given.push(read);
    }
  }
  return { given, idle };
}

function reviewIn({ path, value, ...said }: FactStatement): PackReview | WithoutEffect {
  const rule = reviewedRule(path);
  if (rule === null) return 'unknown-path';
  const read = orNull(() => readRuleReview(path, value));
  if (read === null) return 'malformed-value';
  const { state, source: by, on, note, validFrom, validTo, reviewBy } = said;
  return {
    ...rule,
    state,
    ...read,
    by,
    on,
    ...(note === null ? {} : { note }),
    ...(validFrom === null ? {} : { validFrom }),
    ...(validTo === null ? {} : { validTo }),
    ...(reviewBy === null ? {} : { reviewBy }),
  };
}

/** Of a State and a rule the packs keep what it said last. */
function isUntouchedBy(given: readonly PackReview[]) {
  const keyOf = ({ rule, version, state }: PackReview) => `${rule}/${version}/${state}`;
  const keys = new Set(given.map(keyOf));
  return (one: PackReview): boolean => !keys.has(keyOf(one));
}

/** The same statements in any order give the same packs. */
function byPath(statements: readonly FactStatement[]) {
  const sorted = statements.toSorted((a, b) =>
    `${a.path}\n${a.state}` < `${b.path}\n${b.state}` ? -1 : 1,
  );
  const found = new Map<string, FactStatement[]>();
  for (const one of sorted) found.set(one.path, [...(found.get(one.path) ?? []), one]);
  return found;
}

function faultOf(packs: PackSet, { state, path, value }: FactStatement): WithoutEffect | null {
  const place = findPlace(path);
  if (place === null || keysOf(packs, path).length === 0) return 'unknown-path';
  const known: readonly string[] = place.states;
  if (state !== REGION && !known.includes(state)) return 'other-state';
  const read = valueOf(path, value);
  if (read === null) return 'malformed-value';
  const isAuthority = place.names[0] === 'centralAuthorityId';
  const isOwn = packs.authorities.some((one) => one.id === read && one.state === known[0]);
  return isAuthority && !isOwn ? 'unknown-authority' : null;
}

/** Null for what is no value of the place. */
function valueOf(path: string, value: string): JsonValue {
  return orNull(() => readFactValue(path, value));
}

function orNull<Read>(read: () => Read): Read | null {
  try {
    return read();
  } catch (error) {
    if (!isDomainError(error, 'fact.refused')) throw error;
    return null;
  }
}

interface Choice {
  readonly chosen: ConfirmedFact | null;
  readonly idle: readonly { readonly statement: FactStatement; readonly why: WithoutEffect }[];
}

function choose(
  path: string,
  said: readonly FactStatement[],
  before: Fact<unknown> | null,
): Choice {
  const own = said.filter(({ state }) => state !== REGION);
  const ofRegion = said.filter(({ state }) => state === REGION);
  const needed = findPlace(path)?.states.length ?? 0;
  const differ = new Set(own.map(({ value }) => value)).size > 1;
  const isWhole = own.length >= needed && !differ;
  if (own.length > 0 && isWhole) {
    const after = factOf(own, 'verified');
    return {
      chosen: told(path, own, { before, after }),
      idle: asIdle(ofRegion, 'verified-stands'),
    };
  }
  const waiting = asIdle(own, differ ? 'states-differ' : 'awaits-other-state');
  if (ofRegion.length === 0) return { chosen: null, idle: waiting };
  if (before?.confidence === 'verified') {
    return { chosen: null, idle: [...waiting, ...asIdle(ofRegion, 'verified-stands')] };
  }
  const after = factOf(ofRegion, 'secondary');
  return { chosen: told(path, ofRegion, { before, after }), idle: waiting };
}

function asIdle(statements: readonly FactStatement[], why: WithoutEffect): Choice['idle'] {
  return statements.map((statement) => ({ statement, why }));
}

function told(
  path: string,
  by: readonly FactStatement[],
  fact: Pick<ConfirmedFact, 'before' | 'after'>,
): ConfirmedFact {
  return {
    path,
    states: by.map(({ state }) => state),
    on: newest(by.map(({ on }) => on)),
    ...fact,
  };
}

/** What several say together holds where each of them says so. */
function factOf(by: readonly FactStatement[], confidence: 'verified' | 'secondary'): Fact<unknown> {
  const [first] = by;
  const given = (name: 'validFrom' | 'validTo' | 'reviewBy' | 'note') =>
    by.flatMap((one) => one[name] ?? []).toSorted();
  const [from, to, review] = [given('validFrom').at(-1), given('validTo')[0], given('reviewBy')[0]];
  const notes = given('note');
  return {
    value: valueOf(first?.path ?? '', first?.value ?? ''),
    source: [...new Set(by.map(({ source }) => source))].join('; '),
    sourceDate: newest(by.map(({ sourceDate }) => sourceDate)),
    confidence,
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    ...(from === undefined ? {} : { validFrom: from }),
    ...(to === undefined ? {} : { validTo: to }),
    ...(review === undefined ? {} : { reviewBy: review }),
    ...(confidence === 'secondary'
      ? {}
      : {
          confirmedBy: {
            state: by.map(({ state }) => state).join('-'),
            on: newest(by.map(({ on }) => on)),
          },
        }),
  };
}

const newest = (days: readonly string[]): string => days.toSorted().at(-1) ?? '';
