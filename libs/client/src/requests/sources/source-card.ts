import type { Content } from '@enlace/e2ee';
import { DomainError, parseId, type ThreadId } from '@enlace/kernel';
import type { MlaRequest } from '@enlace/mla';

import { consentTo, editsOf } from '../../information/asked-consents.js';
import { placedIn, type Placed } from '../../information/placed.js';
import type { ShownEntry } from '../../threads/reading.js';

type Said = Content<'message'>;
type Told = Extract<Said, { readonly type: 'info.spontaneous' }>;
export type SourceCard = NonNullable<NonNullable<MlaRequest['facts']>['sources']>[number];
type Code = NonNullable<NonNullable<SourceCard['handling']>['code']>;

/** The entry is nothing that a draft may rest on: of the own State, for named recipients, taken back, or no message. */
export class NoSource extends DomainError {
  override readonly code = 'request.no-source';
  override readonly kind = 'forbidden';

  constructor(source: string) {
    super('not a source for a draft', { facts: { source } });
  }
}

/** Where a source is looked for, and for whom. */
export interface SourceGround {
  readonly threadId: ThreadId;
  readonly entries: readonly ShownEntry[];
  readonly own: string;
  /** To which State the draft goes: what it allows to go on to another one is a word about that one. */
  readonly requested: string;
  readonly nowMs: number;
}

/** Whatever is said in a message may be a source; what is only about other entries is none. */
const KINDS: Partial<Record<Said['type'], NonNullable<SourceCard['kind']>>> = {
  text: 'informal-exchange',
  'info.answer': 'informal-exchange',
  'info.spontaneous': 'spontaneous',
};
/** From the freest to the strictest. */
const CODES: readonly Code[] = ['EN0', 'EN1', 'EN2', 'EN3'];

const SOURCE_ID =
  /^e(?<seq>[1-9]\d{0,14})\.(?<thread>[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})$/;

/** What the entry of another State is called among the sources of a draft: the thread vouches for the rest of it. */
export function sourceIdOf(threadId: ThreadId, seq: number): string {
  return `e${seq}.${threadId}`;
}

/** The entry that a source is called by; nothing for a source of any other name. */
export function placeOf(id: string): { readonly threadId: ThreadId; readonly seq: number } | null {
  const { seq, thread } = SOURCE_ID.exec(id)?.groups ?? {};
  if (seq === undefined || thread === undefined) return null;
  return { threadId: parseId<ThreadId>(thread), seq: Number(seq) };
}

/**
 * An entry of another State as a source of a draft, with the conditions of whoever wrote it as they stand in the thread
 * (mla.md, section 9): whose it is, under which code, what was asked not to be done with it, and what of that its State
 * has consented to since. Throws `request.no-source`.
 */
export function sourceCardOf(seq: number, ground: SourceGround): SourceCard {
  const placed = ground.entries.flatMap(placedIn);
  const read = readSource(seq, placed, ground);
  if (read === null) throw new NoSource(sourceIdOf(ground.threadId, seq));
  const { kind, fromState, code, told } = read;
  const isFree = code === 'EN0' && told?.restrictions === undefined;
  const isNotified = told !== null && hasNotice(placed, seq, ground.own);
  const isExculpatory = told?.exculpatory === true || isNotified;
  return {
    id: sourceIdOf(ground.threadId, seq),
    kind,
    fromState,
    ...(isExculpatory ? { exculpatory: true } : {}),
    handling: {
      code,
      evidentialUse: isFree || isNotified ? 'allowed' : 'consent-required',
      restrictionRequestedBySender: isFree ? 'no' : 'yes',
      ...allowed(seq, { placed, ground, isFree, fromState, told }),
    },
  };
}

/** What a draft may rest on of an entry; nothing where it may not. */
interface ReadSource {
  readonly kind: NonNullable<SourceCard['kind']>;
  readonly fromState: string;
  readonly code: Code;
  readonly told: Told | null;
}

function readSource(
  seq: number,
  placed: readonly Placed[],
  { own }: SourceGround,
): ReadSource | null {
  const source = placed.find(({ by }) => by.seq === seq);
  if (source === undefined || isWithdrawn(source, placed)) return null;
  const { by, said } = source;
  const kind = KINDS[said.type];
  const code = strictestOf([source, ...editsOf(source, placed)]);
  if (kind === undefined || code === 'EN3' || by.state === null || by.state === own) return null;
  return { kind, fromState: by.state, code, told: said.type === 'info.spontaneous' ? said : null };
}

interface Allowing {
  readonly placed: readonly Placed[];
  readonly ground: SourceGround;
  readonly isFree: boolean;
  readonly fromState: string;
  readonly told: Told | null;
}

/**
 * Where it may go on, what records that it may be cited, and until when. For a request to a third State a consent to
 * cite it is not enough: a card with a record of consent is let pass there.
 */
function allowed(
  seq: number,
  { placed, ground, isFree, fromState, told }: Allowing,
): Pick<NonNullable<SourceCard['handling']>, 'consentRef' | 'expiresOn' | 'onwardAllowed'> {
  const { threadId, own, requested, nowMs } = ground;
  const consent = (scope: 'evidence' | 'onward', state: string) => {
    const given = consentTo(placed, { target: seq, scope, state, nowMs });
    return given?.isExpired === false ? given : null;
  };
  const onward = consent('onward', requested);
  const evidence = consent('evidence', own);
  const onwardAllowed = isFree || onward !== null;
  const isCited = evidence !== null && (requested === fromState || onwardAllowed);
  const days = [told?.expiresOn, onward?.expiresOn, isCited ? evidence.expiresOn : null]
    .filter((day) => typeof day === 'string')
    .map((day) => day.slice(0, 10))
    .toSorted();
  const [expiresOn] = days;
  return {
    onwardAllowed,
    ...(isCited ? { consentRef: `${threadId} ${evidence.seq}` } : {}),
    ...(expiresOn === undefined ? {} : { expiresOn }),
  };
}

/** Of the entry and of everything that its author wrote in its place. */
function strictestOf(all: readonly Placed[]): Code {
  const ranks = all.map(({ by }) => CODES.findIndex((code) => code === by.handling));
  // A code that this build does not know is as strict as one can be.
  return ranks.includes(-1) ? 'EN3' : (CODES[Math.max(...ranks)] ?? 'EN3');
}

function isWithdrawn({ by }: Placed, placed: readonly Placed[]): boolean {
  return placed.some(
    (one) =>
      one.said.type === 'withdraw' && one.said.target === by.seq && one.by.person === by.person,
  );
}

/** The own State has told that it will disclose the entry. */
function hasNotice(placed: readonly Placed[], seq: number, own: string): boolean {
  return placed.some(
    ({ by, said }) => said.type === 'handling.notice' && said.target === seq && by.state === own,
  );
}
