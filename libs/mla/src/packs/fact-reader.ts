import type { Bilingual, Confidence, Confirmation, Fact } from './fact.js';
import { isCurrent } from './fact.js';
import type { CountryFactName, CountryFacts, CountryPack } from './pack-schema.js';
import type { PackSet } from './pack-set.js';

/** A fact as it was read on a day: where it stands, how it is known, whom to ask. */
export interface FactUse {
  readonly path: string;
  readonly confidence: Confidence;
  readonly source: string | null;
  readonly sourceDate: string | null;
  readonly question: Bilingual;
  readonly confirmedBy?: Confirmation;
}

/** The value is null when the fact is unknown on that day, whatever the reason. */
export interface ReadFact<T> {
  readonly value: T | null;
  readonly use: FactUse;
  readonly since: string | undefined;
}

type ValueOf<F> = F extends { value: infer T } ? NonNullable<T> : never;
export type CountryValues = { [N in CountryFactName]: ValueOf<CountryFacts[N]> };
type TypedFacts = { readonly [N in CountryFactName]?: Fact<CountryValues[N]> | undefined };

const ASK: Bilingual = {
  es: 'Confirme este dato con el Estado requerido.',
  en: 'Confirm this fact with the requested State.',
};

/**
 * The one way to a pack's facts. Keeps every fact that was read, known or not, so that the report can show what a
 * silence rests on. A fact that is absent, expired or not yet valid reads as unknown.
 */
export class FactReader {
  readonly #used = new Map<string, FactUse>();

  constructor(
    readonly packs: PackSet,
    readonly today: string,
  ) {}

  /** Every fact read so far, by path. */
  used(): FactUse[] {
    return [...this.#used.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  country<N extends CountryFactName>(
    state: string | undefined,
    name: N,
  ): ReadFact<CountryValues[N]> {
    const facts: TypedFacts = this.#country(state) ?? {};
    return this.#read(`/countries/${state ?? ''}/${name}`, facts[name]);
  }

  /** The central authority of a State for one instrument; where that instrument has no entry, for every other. */
  centralAuthority(state: string | undefined, instrument: string | null): ReadFact<string> {
    const map = this.#country(state)?.centralAuthorityId;
    const key = instrument !== null && map && Object.hasOwn(map, instrument) ? instrument : '*';
    const fact = map && Object.hasOwn(map, key) ? map[key] : undefined;
    return this.#read(`/countries/${state ?? ''}/centralAuthorityId/${key}`, fact);
  }

  inForce(instrument: string): ReadFact<string> {
    return this.#read(`/instruments/${instrument}/inForce`, this.#instrument(instrument)?.inForce);
  }

  party(instrument: string, state: string): ReadFact<boolean> {
    const parties = this.#instrument(instrument)?.parties;
    const fact = parties && Object.hasOwn(parties, state) ? parties[state] : undefined;
    return this.#read(`/instruments/${instrument}/parties/${state}`, fact);
  }

  bilateral(a: string, b: string) {
    const [first = a, second = b] = [a, b].toSorted();
    const pair = this.packs.pairs.find((one) => one.a === first && one.b === second);
    const path = `/pairs/${first}-${second}/bilateral`;
    return {
      exists: () => this.#read(`${path}/exists`, pair?.bilateral.exists),
      inForceOn: () => this.#read(`${path}/inForceOn`, pair?.bilateral.inForceOn),
      dualCriminality: () => this.#read(`${path}/dualCriminality`, pair?.bilateral.dualCriminality),
    };
  }

  #country(state: string | undefined): CountryPack | undefined {
    const { countries } = this.packs;
    return state !== undefined && Object.hasOwn(countries, state) ? countries[state] : undefined;
  }

  #instrument(code: string) {
    const { instruments } = this.packs;
    return Object.hasOwn(instruments, code) ? instruments[code] : undefined;
  }

  #read<T>(path: string, fact: Fact<T> | undefined): ReadFact<T> {
    const known = fact !== undefined && fact.value !== null && isCurrent(fact, this.today);
    const use = useOf(path, fact, known);
    this.#used.set(path, use);
    return { value: known ? fact.value : null, use, since: fact?.since };
  }
}

function useOf(path: string, fact: Fact<unknown> | undefined, known: boolean): FactUse {
  return {
    path,
    confidence: known && fact ? fact.confidence : 'unknown',
    source: fact?.source ?? null,
    sourceDate: fact?.sourceDate ?? null,
    question: fact?.question ?? ASK,
    ...(known && fact?.confirmedBy ? { confirmedBy: fact.confirmedBy } : {}),
  };
}
