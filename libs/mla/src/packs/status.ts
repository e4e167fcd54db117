import { weakest, type Confidence } from './fact.js';
import { FactReader, type FactUse, type ReadFact } from './fact-reader.js';
import type { PackSet } from './pack-set.js';

/** Whether an instrument binds two States on a day, how well that is known, and the facts it rests on. */
export interface Status {
  readonly state: 'in-force' | 'not-in-force' | 'unknown';
  readonly confidence: Confidence;
  readonly facts: readonly FactUse[];
}

/** The status of an instrument between two States; `BILATERAL` is the treaty of the pair itself. */
export function status(
  packs: PackSet,
  pair: { readonly a: string; readonly b: string; readonly instrument: string },
  today: string,
): Status {
  return statusFrom(new FactReader(packs, today), pair);
}

export function statusFrom(
  facts: FactReader,
  pair: { readonly a: string; readonly b: string; readonly instrument: string },
): Status {
  return pair.instrument === 'BILATERAL'
    ? bilateralStatus(facts, pair.a, pair.b)
    : multilateralStatus(facts, pair);
}

function bilateralStatus(facts: FactReader, a: string, b: string): Status {
  const bilateral = facts.bilateral(a, b);
  const exists = bilateral.exists();
  if (exists.value === null) return resting('unknown', [exists]);
  if (!exists.value) return resting('not-in-force', [exists]);
  const inForceOn = bilateral.inForceOn();
  if (inForceOn.value === null) return resting('unknown', [inForceOn]);
  return resting(inForceOn.value <= facts.today ? 'in-force' : 'not-in-force', [exists, inForceOn]);
}

function multilateralStatus(
  facts: FactReader,
  { a, b, instrument }: { readonly a: string; readonly b: string; readonly instrument: string },
): Status {
  const inForce = facts.inForce(instrument);
  const parties = [facts.party(instrument, a), facts.party(instrument, b)];
  // One fact against is enough, also where another is unknown; the best known of them carries the answer.
  const against = [
    ...(isBefore(inForce, facts.today) ? [inForce] : []),
    ...parties.filter((party) => excludes(party, facts.today)),
  ];
  const strongest = against.find((fact) => fact.use.confidence === 'verified') ?? against[0];
  if (strongest) return resting('not-in-force', [strongest]);
  const all = [inForce, ...parties];
  const open = all.filter((fact) => fact.value === null);
  return open.length > 0 ? resting('unknown', open) : resting('in-force', all);
}

function isBefore(inForce: ReadFact<string>, today: string): boolean {
  return inForce.value !== null && (inForce.value === 'not-in-force' || inForce.value > today);
}

function excludes(party: ReadFact<boolean>, today: string): boolean {
  if (party.value === null) return false;
  return !party.value || (party.since !== undefined && party.since > today);
}

function resting(state: Status['state'], facts: readonly ReadFact<unknown>[]): Status {
  const uses = facts.map((fact) => fact.use);
  return { state, confidence: weakest(uses.map((use) => use.confidence)), facts: uses };
}
