import type { MlaRequest } from '../request/model.js';
import type { Confidence } from './fact.js';
import { FactReader } from './fact-reader.js';
import type { PackSet } from './pack-set.js';
import { statusFrom, type Status } from './status.js';

/** The treaties of mutual assistance, in display order; the order ranks nothing (Nassau Convention, article 36). */
export const TREATIES = ['BILATERAL', 'CA-1993', 'NASSAU', 'UNTOC'] as const;
export type Treaty = (typeof TREATIES)[number];

/** A protocol reads as the treaty it belongs to. */
const READS_AS: Readonly<Record<string, string>> = {
  'SOM-PROTOCOL': 'UNTOC',
  'A-59': 'NASSAU',
  'CETS-224': 'BUDAPEST',
};

export type Choice = 'drafter' | 'untoc-18-7' | 'default' | 'none';

/** The instrument whose rules apply to a request, why that one, and what is in force beside it. */
export interface Governing {
  readonly instrument: Treaty | null;
  readonly choice: Choice;
  readonly confidence: Confidence | null;
  readonly cited: boolean;
  readonly treaties: readonly { readonly instrument: Treaty; readonly confidence: Confidence }[];
  readonly unresolved: readonly Treaty[];
}

/** The instrument that governs a request on a day, by the drafter's choice within the set of treaties in force. */
export function governing(request: MlaRequest, packs: PackSet, today: string): Governing {
  const facts = new FactReader(packs, today);
  return governingFrom(request, (instrument) => pairStatus(facts, request, instrument));
}

/** The status of an instrument for the pair of the request; without both States it is unknown. */
export function pairStatus(facts: FactReader, request: MlaRequest, instrument: string): Status {
  const { requestingState: a = '', requestedState: b = '' } = request;
  return statusFrom(facts, { a, b, instrument });
}

export function governingFrom(
  request: MlaRequest,
  statusOf: (instrument: string) => Status,
): Governing {
  const statuses = TREATIES.map((instrument) => ({ instrument, ...statusOf(instrument) }));
  const inForce = statuses.filter(({ state }) => state === 'in-force');
  const chosen = choose(
    request,
    inForce.map(({ instrument }) => instrument),
  );
  return {
    ...chosen,
    confidence: inForce.find((one) => one.instrument === chosen.instrument)?.confidence ?? null,
    cited: citedTreaties(request).includes(chosen.instrument ?? ''),
    treaties: inForce.map(({ instrument, confidence }) => ({ instrument, confidence })),
    unresolved: statuses
      .filter(({ state }) => state === 'unknown')
      .map(({ instrument }) => instrument),
  };
}

/** UNTOC, article 18(7): where an MLA treaty binds the pair it applies, unless both agree to apply 18(9) to (29). */
export function choose(
  request: MlaRequest,
  set: readonly Treaty[],
): { instrument: Treaty | null; choice: Choice } {
  const [first] = set;
  if (first === undefined) return { instrument: null, choice: 'none' };
  const primary = set.find((treaty) => treaty === readsAs(primaryInstrument(request)));
  if (primary === undefined) return { instrument: first, choice: 'default' };
  if (primary !== 'UNTOC') return { instrument: primary, choice: 'drafter' };
  const ranking = set.filter((treaty) => treaty !== 'UNTOC');
  if (request.applyUntocInLieu === true || ranking.length === 0) {
    return { instrument: 'UNTOC', choice: 'drafter' };
  }
  const cited = ranking.find((treaty) => citedTreaties(request).includes(treaty));
  return { instrument: cited ?? ranking[0] ?? 'UNTOC', choice: 'untoc-18-7' };
}

/** Position of the entry that counts as primary: the one flagged, else the first; -1 without entries. */
export function primaryIndex(request: MlaRequest): number {
  const bases = request.legalBases ?? [];
  const flagged = bases.findIndex((basis) => basis.primary === true);
  return flagged >= 0 || bases.length === 0 ? flagged : 0;
}

export function primaryInstrument(request: MlaRequest): string | undefined {
  return request.legalBases?.[primaryIndex(request)]?.instrument;
}

export function readsAs(instrument: string | undefined): string | undefined {
  return instrument === undefined ? undefined : (READS_AS[instrument] ?? instrument);
}

function citedTreaties(request: MlaRequest): (string | undefined)[] {
  return (request.legalBases ?? []).map((basis) => readsAs(basis.instrument));
}
