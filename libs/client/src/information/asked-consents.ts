import type { State } from '@enlace/contracts';
import type { Content } from '@enlace/e2ee';

import type { ShownEntry } from '../threads/reading.js';
import { placedIn, type By, type Placed } from './placed.js';

type Ask = Extract<Content<'message'>, { readonly type: 'handling.ask' }>;
type Consent = Extract<Content<'message'>, { readonly type: 'handling.consent' }>;
type Refusal = Extract<Content<'message'>, { readonly type: 'handling.refusal' }>;

/** What a State asked to do with an entry of another one, and what that one said. */
export interface AskedConsent extends By {
  /** The entry that it is about, and whose it is. */
  readonly target: number;
  readonly ofState: string | null;
  readonly scope: Ask['scope'];
  /** Whose evidence it would be, or where it would go. */
  readonly forState: State;
  readonly exculpatory: boolean;
  readonly why: string | null;
  /** The last word of the State that is asked; `expired` where its consent held until a day that is over. */
  readonly standing: 'open' | 'given' | 'refused' | 'expired';
  readonly conditions: string | null;
  readonly expiresOn: string | null;
  readonly reason: string | null;
}

/** A consent of the State that wrote an entry, which names it. */
export interface GivenConsent {
  readonly seq: number;
  readonly conditions: string | null;
  readonly expiresOn: string | null;
  readonly isExpired: boolean;
}

/** What consents to an entry are looked for with. */
interface Wanted {
  readonly target: number;
  readonly scope: Consent['scope'];
  /** For whom it is. */
  readonly state: string;
  readonly nowMs: number;
}

/** What was asked in a thread, in the order of its log. */
export function askedConsentsIn(
  entries: readonly ShownEntry[],
  nowMs: number,
): readonly AskedConsent[] {
  const placed = entries.flatMap(placedIn);
  return placed.filter(isAsk).map(({ by, said }): AskedConsent => {
    const { target, scope, state: forState, exculpatory, why } = said;
    const ofState = placed.find((one) => one.by.seq === target)?.by.state ?? null;
    const wanted = { target, scope, state: forState, nowMs };
    const given = consentTo(placed, wanted);
    const refused = given === null ? refusalsOf(placed, wanted, ofState).at(-1) : undefined;
    return {
      ...by,
      target,
      ofState,
      scope,
      forState,
      exculpatory,
      why: why ?? null,
      standing: standingOf(given, refused),
      conditions: given?.conditions ?? null,
      expiresOn: given?.expiresOn ?? null,
      reason: refused?.said.reason ?? null,
    };
  });
}

/**
 * The newest consent to one entry: of people of the State that wrote it, in its thread, for the State that is named,
 * and to the text as it stands. It is none once its author wrote something in place of the text, or its State refused
 * what was asked. Whether it has expired is for whoever asks to see.
 */
// Attacker-controlled: any member of the thread writes consents, also to what another State wrote.
export function consentTo(placed: readonly Placed[], wanted: Wanted): GivenConsent | null {
  const { target, scope, state, nowMs } = wanted;
  const about = placed.find(({ by }) => by.seq === target);
  if (about === undefined || about.by.state === null) return null;
  const ends = [...editsOf(about, placed), ...refusalsOf(placed, wanted, about.by.state)];
  const end = Math.max(target, ...ends.map(({ by }) => by.seq));
  const given = placed
    .filter(isConsent)
    .findLast(({ by, said: { fromSeq, toSeq, to, ...said } }) => {
      const isMeant = fromSeq <= target && target <= toSeq && said.scope === scope;
      const isFor = 'state' in to && to.state === state;
      return by.state === about.by.state && by.seq > end && isMeant && isFor;
    });
  if (given === undefined) return null;
  const { conditions = null, expiresOn = null } = given.said;
  const isExpired = expiresOn !== null && Date.parse(expiresOn) <= nowMs;
  return { seq: given.by.seq, conditions, expiresOn, isExpired };
}

/** What the State said no to, of everything that was asked of it to the same end. */
function refusalsOf(
  placed: readonly Placed[],
  { target, scope, state }: Wanted,
  ofState: string | null,
): readonly Placed<Refusal>[] {
  const asks = placed
    .filter(isAsk)
    .filter(({ said }) => said.target === target && said.scope === scope && said.state === state);
  const asked = new Set(asks.map(({ by }) => by.seq));
  return placed
    .filter(isRefusal)
    .filter(({ by, said }) => by.state === ofState && asked.has(said.target));
}

/** What its author wrote in place of a message. */
export function editsOf({ by }: Placed, placed: readonly Placed[]): readonly Placed[] {
  return placed.filter(
    (one) => one.said.type === 'edit' && one.said.target === by.seq && one.by.person === by.person,
  );
}

function standingOf(
  given: GivenConsent | null,
  refused: Placed<Refusal> | undefined,
): AskedConsent['standing'] {
  if (given !== null) return given.isExpired ? 'expired' : 'given';
  return refused === undefined ? 'open' : 'refused';
}

const isAsk = (one: Placed): one is Placed<Ask> => one.said.type === 'handling.ask';
const isConsent = (one: Placed): one is Placed<Consent> => one.said.type === 'handling.consent';
const isRefusal = (one: Placed): one is Placed<Refusal> => one.said.type === 'handling.refusal';
