import type { StateCode } from '@enlace/contracts';
import { parseId, type PersonId } from '@enlace/kernel';
import { currentOf, type Accepted, type BodyOf, type Directory } from '@enlace/trust';

/** Quarters go by faster than this: a contact that nobody confirmed for so long is offered no more. */
const FORGOTTEN_MS = 2 * 92 * 86_400_000;

type Proposed = Accepted<BodyOf<'contact'>>;

/** Whom an office named and its foreign ministry approved. */
export interface OfficeContact {
  readonly contactId: string;
  readonly officeId: string;
  /** `null`: the office itself. */
  readonly personId: PersonId | null;
  readonly state: StateCode;
  readonly duties: readonly string[];
  /** Until when the foreign ministry's word holds. */
  readonly approvedUntil: string;
  /** Until when the office's does; `null` where it has not said so yet. */
  readonly confirmedUntil: string | null;
  /** Chosen only with a warning: `unconfirmed`. Offered no more, after its term or two quarters: `hidden`. */
  readonly standing: 'confirmed' | 'unconfirmed' | 'hidden';
}

/** The contacts of a State by their ids, as the statements say (identity.md, section 4): without those it closed. */
export function contactsOf(
  directory: Directory,
  state: StateCode,
  nowMs: number,
): readonly OfficeContact[] {
  return currentContacts(directory, state)
    .filter(({ statement: { body } }) => !body.closed)
    .flatMap((contact) => contactOf(directory, contact, nowMs) ?? [])
    .toSorted((a, b) => (a.contactId < b.contactId ? -1 : 1));
}

function contactOf(
  directory: Directory,
  { statement: { id, body } }: Proposed,
  nowMs: number,
): OfficeContact | null {
  const { contactId, officeId, personId, state, duties } = body;
  const about = { state, subject: id } as const;
  const approval = currentOf(directory, { ...about, type: 'contact-approval' })?.statement.body;
  if (approval === undefined) return null;
  const confirmed = currentOf(directory, { ...about, type: 'contact-confirmation' });
  const confirmedUntil = confirmed?.statement.body.confirmedUntil ?? null;
  const knownUntilMs = Date.parse(confirmedUntil ?? approval.issuedAt);
  const isOver = Date.parse(approval.validUntil) <= nowMs;
  const isHidden = isOver || nowMs - knownUntilMs > FORGOTTEN_MS;
  const isConfirmed = confirmedUntil !== null && knownUntilMs > nowMs;
  return {
    contactId,
    officeId,
    personId: personId === null ? null : parseId<PersonId>(personId),
    state,
    duties,
    approvedUntil: approval.validUntil,
    confirmedUntil,
    standing: isHidden ? 'hidden' : isConfirmed ? 'confirmed' : 'unconfirmed',
  };
}

function currentContacts(directory: Directory, state: StateCode): readonly Proposed[] {
  const ids = directory.statements
    .values()
    .flatMap(({ statement: { body } }) =>
      body.type === 'contact' && body.state === state ? [body.contactId] : [],
    );
  return [...new Set(ids)].flatMap(
    (subject) => currentOf(directory, { type: 'contact', state, subject }) ?? [],
  );
}
