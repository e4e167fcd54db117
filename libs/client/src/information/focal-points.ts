import type { State } from '@enlace/contracts';
import { parseId, type PersonId } from '@enlace/kernel';
import { currentOf, type Accepted, type BodyOf, type Directory } from '@enlace/trust';

/** The duty of whoever answers for a State about the smuggling of migrants. */
export const FOCAL_POINT_DUTY = 'focal-point-smuggling';

/** Quarters go by faster than this: a contact that nobody confirmed for so long is offered no more. */
const FORGOTTEN_MS = 2 * 92 * 86_400_000;

type Contact = Accepted<BodyOf<'contact'>>;

/** Somebody whom an office named and its foreign ministry approved. */
export interface FocalPoint {
  readonly contactId: string;
  readonly personId: PersonId;
  readonly state: State;
  readonly duties: readonly string[];
  /** Until when the foreign ministry's word holds. */
  readonly approvedUntil: string;
  /** Until when the office's does; `null` where it has not said so yet: chosen only with a warning. */
  readonly confirmedUntil: string | null;
  readonly standing: 'confirmed' | 'unconfirmed';
}

/**
 * Those who answer for a State, as the statements say (identity.md, section 4). Whom nobody approved, whose approval is
 * over or who was not confirmed for two quarters is none.
 */
export function focalPointsOf(
  directory: Directory,
  state: State,
  nowMs: number,
): readonly FocalPoint[] {
  return currentContacts(directory, state)
    .filter(({ statement: { body } }) => !body.closed && body.duties.includes(FOCAL_POINT_DUTY))
    .flatMap((contact) => focalPointOf(directory, { contact, state, nowMs }) ?? [])
    .toSorted((a, b) => (a.contactId < b.contactId ? -1 : 1));
}

function focalPointOf(
  directory: Directory,
  {
    contact: { statement },
    state,
    nowMs,
  }: { readonly contact: Contact; readonly state: State; readonly nowMs: number },
): FocalPoint | null {
  const { id, body } = statement;
  const about = { state, subject: id } as const;
  const approval = currentOf(directory, { ...about, type: 'contact-approval' })?.statement.body;
  const confirmed = currentOf(directory, { ...about, type: 'contact-confirmation' });
  if (approval === undefined || body.personId === null) return null;
  const confirmedUntil = confirmed?.statement.body.confirmedUntil ?? null;
  const knownUntilMs = Date.parse(confirmedUntil ?? approval.issuedAt);
  const isOver = Date.parse(approval.validUntil) <= nowMs;
  if (isOver || nowMs - knownUntilMs > FORGOTTEN_MS) return null;
  const isConfirmed = confirmedUntil !== null && knownUntilMs > nowMs;
  return {
    contactId: body.contactId,
    personId: parseId<PersonId>(body.personId),
    state,
    duties: body.duties,
    approvedUntil: approval.validUntil,
    confirmedUntil,
    standing: isConfirmed ? 'confirmed' : 'unconfirmed',
  };
}

function currentContacts(directory: Directory, state: State): readonly Contact[] {
  const ids = directory.statements
    .values()
    .flatMap(({ statement: { body } }) =>
      body.type === 'contact' && body.state === state ? [body.contactId] : [],
    );
  return [...new Set(ids)].flatMap(
    (subject) => currentOf(directory, { type: 'contact', state, subject }) ?? [],
  );
}
