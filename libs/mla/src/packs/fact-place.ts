import { DomainError, isDomainError, parseStrictJson, type JsonValue } from '@enlace/kernel';
import type { z } from 'zod';

import {
  anyFact,
  BILATERAL_FACTS,
  centralAuthority,
  COUNTRY_FACTS,
  partyFact,
  SHOWN_FACTS,
} from './pack-schema.js';

/** Where a fact that a State may confirm stands in the packs. */
export type FactPlace =
  | {
      readonly kind: 'country';
      readonly states: readonly [string];
      readonly names: readonly string[];
    }
  | {
      /** Whether the State is a party: `names` are the instrument and `parties`. */
      readonly kind: 'instrument';
      readonly states: readonly [string];
      readonly names: readonly string[];
    }
  | {
      readonly kind: 'pair';
      readonly states: readonly [string, string];
      readonly names: readonly string[];
    };

/** What no pack has in this place. `facts.rule`: `unknown-path`, or `malformed-value`. */
export class FactRefused extends DomainError {
  override readonly code = 'fact.refused';
  override readonly kind = 'invalid';

  constructor(rule: 'unknown-path' | 'malformed-value', path: string, cause?: unknown) {
    super(`not a fact of the packs: ${rule}`, { cause, facts: { path, rule } });
  }
}

/** Names of members that a pack may have besides those of the format; none that a language knows already. */
const FREE_NAME = /^[A-Za-z][A-Za-z0-9.-]{0,63}$/u;

/**
 * The place of a path: `/countries/US/languages`, `/pairs/CR-US/bilateral/exists`, `/instruments/NASSAU/parties/CR`;
 * null where no pack has one.
 */
export function findPlace(path: string): FactPlace | null {
  const [root, section, about = '', ...names] = path.split('/');
  if (root === '' && section === 'instruments') return partyPlace(about, names);
  return root !== '' || schemaOf(section, names) === null
    ? null
    : placeOfStates(section, about.split('-'), names);
}

function placeOfStates(
  section: string | undefined,
  states: readonly string[],
  names: readonly string[],
): FactPlace | null {
  const [first = '', second] = states;
  if (!states.every((state) => /^[A-Z]{2}$/u.test(state))) return null;
  if (section === 'countries' && states.length === 1) {
    return { kind: 'country', states: [first], names };
  }
  // A pair has one path: its States in the order of the alphabet.
  if (section !== 'pairs' || states.length !== 2 || second === undefined || first >= second)
    return null;
  return { kind: 'pair', states: [first, second], names };
}

/** Of an instrument a State confirms one thing: whether it is a party itself. */
function partyPlace(code: string, names: readonly string[]): FactPlace | null {
  const [parties, state = '', ...more] = names;
  const isParty = parties === 'parties' && /^[A-Z]{2}$/u.test(state) && more.length === 0;
  if (!isParty || !FREE_NAME.test(code)) return null;
  return { kind: 'instrument', states: [state], names: [code, 'parties'] };
}

/**
 * The value that a canonical JSON text gives a fact. Throws `fact.refused`: a fact that is confirmed
 * has a value, of the form that rules read.
 */
export function readFactValue(path: string, text: string): JsonValue {
  const place = findPlace(path);
  const schema = place === null ? null : schemaAt(place);
  if (schema === null) throw new FactRefused('unknown-path', path);
  const value = parseValue(path, text);
  const fact = { value, source: '-', sourceDate: null, confidence: 'verified' };
  const isOfForm = value !== null && schema.safeParse(fact).success;
  if (!isOfForm) throw new FactRefused('malformed-value', path);
  return value;
}

function parseValue(path: string, text: string): JsonValue {
  try {
    return parseStrictJson(text);
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new FactRefused('malformed-value', path, cause);
  }
}

function schemaAt({ kind, names }: FactPlace): z.ZodType | null {
  if (kind === 'instrument') return partyFact;
  return schemaOf(kind === 'country' ? 'countries' : 'pairs', names);
}

function schemaOf(section: string | undefined, names: readonly string[]): z.ZodType | null {
  const [name = '', member, ...more] = names;
  if (more.length > 0) return null;
  if (section === 'countries') {
    return member === undefined
      ? (named(COUNTRY_FACTS, name) ?? named(SHOWN_FACTS, name))
      : schemaIn(name, member);
  }
  return section === 'pairs' && name === 'bilateral' ? named(BILATERAL_FACTS, member ?? '') : null;
}

/** Of the members of a country that hold several facts. */
function schemaIn(name: string, member: string): z.ZodType | null {
  if (name === 'other') return FREE_NAME.test(member) ? anyFact : null;
  if (name !== 'centralAuthorityId') return null;
  return member === '*' || FREE_NAME.test(member) ? centralAuthority : null;
}

function named(facts: Readonly<Record<string, z.ZodType>>, name: string): z.ZodType | null {
  return Object.hasOwn(facts, name) ? (facts[name] ?? null) : null;
}
