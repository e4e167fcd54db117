import { readsAs } from '../packs/governing.js';
import type { PackSet } from '../packs/pack-set.js';
import { status } from '../packs/status.js';
import type { Basis } from '../check/finding.js';
import type { SoundReport } from '../check/report.js';

type Provisions = Basis['provisions'];

/** The provisions of a basis in the order in which they are shown (mla.md 13.2). */
export interface OrderedBasis {
  /** Of the governing instrument first, then of other treaties in force, the law of the requested State, the rest. */
  readonly holding: Provisions;
  /** Of treaties that are not in force between the two, and of the law of third States. */
  readonly folded: Provisions;
}

/** What a report was made for. */
export type Ground = Pick<SoundReport, 'request' | 'governing' | 'today'>;

const [GOVERNING, IN_FORCE, REQUESTED, REST, FOLDED] = [0, 1, 2, 3, 4] as const;
/** Of the Budapest Convention, what holds only where no treaty of mutual assistance does (2.4). */
const SUBSIDIARY = /^BUDAPEST:2[78](?:\D|$)/u;
/** The law of a State. */
const DOMESTIC = /^([A-Z]{2})-/u;
const BILATERAL = /^([A-Z]{2})-([A-Z]{2})-MLAT$/u;

/** Orders the provisions of a basis for the pair of a report. What nobody knows to be in force stays among the rest. */
export function orderBasis(provisions: Provisions, ground: Ground, packs: PackSet): OrderedBasis {
  const ranked = provisions
    .map((one, at) => ({ one, at, rank: rankOf(one.id, ground, packs) }))
    .toSorted((a, b) => a.rank - b.rank || a.at - b.at);
  const of = (isFolded: boolean): Provisions =>
    ranked.filter(({ rank }) => (rank === FOLDED) === isFolded).map(({ one }) => one);
  return { holding: of(false), folded: of(true) };
}

function rankOf(id: string, ground: Ground, packs: PackSet): number {
  const [code = ''] = id.split(':');
  if (SUBSIDIARY.test(id) && ground.governing.treaties.length > 0) return FOLDED;
  if (Object.hasOwn(packs.instruments, code)) return rankOfTreaty(code, ground, packs);
  const between = BILATERAL.exec(code);
  if (between !== null) {
    const isOfPair = pairOf(ground).every((state) => between.slice(1).includes(state));
    return isOfPair ? rankOfTreaty('BILATERAL', ground, packs) : FOLDED;
  }
  return rankOfLaw(DOMESTIC.exec(code)?.[1], ground);
}

/** The law of a State; what is of none is good practice, or of everybody. */
function rankOfLaw(state: string | undefined, ground: Ground): number {
  const [requesting, requested] = pairOf(ground);
  if (state === requested) return REQUESTED;
  return state === undefined || state === requesting ? REST : FOLDED;
}

function pairOf({ request }: Ground): readonly [requesting: string, requested: string] {
  return [request.requestingState ?? '', request.requestedState ?? ''];
}

function rankOfTreaty(instrument: string, ground: Ground, packs: PackSet): number {
  const [a, b] = pairOf(ground);
  const { state } = status(packs, { a, b, instrument }, ground.today);
  if (state === 'not-in-force') return FOLDED;
  if (readsAs(instrument) === ground.governing.instrument) return GOVERNING;
  return state === 'in-force' ? IN_FORCE : REST;
}
