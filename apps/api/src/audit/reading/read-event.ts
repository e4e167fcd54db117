import {
  decide,
  REGIONAL_AUTHORITY,
  type AuditWhy,
  type Obligation,
  type StateCode,
  type Subject,
} from '@enlace/contracts';
import type { CaseId, EventId } from '@enlace/kernel';
import { SECTION_NAMES, type SaltedSection, type SectionName } from '@enlace/tlog';

/** Whose eyes, and why: the session as the database resolved it, and whose events it may see. */
export interface Reader {
  readonly subject: Subject;
  /** Cases that two auditors have granted to the reader. */
  readonly caseGrants: readonly string[];
  /** Without a purpose nobody reads but their own acts. */
  readonly why: AuditWhy;
}

/** Why a section is not there: its bytes and salt are gone, or it is not for this reader. */
type Absence = 'erased' | 'withheld';

/** An event as one reader sees it. Each section is in `sections` or in `absent`. */
export interface ReadEvent {
  readonly eventId: EventId;
  /** `null` while it waits for its place in a log. */
  readonly place: { readonly origin: string; readonly index: number } | null;
  readonly leaf: Uint8Array;
  readonly digests: Readonly<Record<SectionName, Uint8Array>>;
  readonly sections: Readonly<Partial<Record<SectionName, SaltedSection>>>;
  readonly absent: Readonly<Partial<Record<SectionName, Absence>>>;
  /** The case that it is about. */
  readonly caseId: CaseId | null;
  /** An act of whoever reads. */
  readonly isOwn: boolean;
}

/** What the database answered for one event, under the policies of the reader. */
export interface EventRow {
  readonly eventId: EventId;
  readonly actorState: StateCode | null;
  readonly states: readonly StateCode[];
  readonly caseId: CaseId | null;
  readonly origin: string | null;
  readonly index: string | null;
  readonly leaf: Uint8Array;
  readonly digests: Uint8Array;
  readonly sections: readonly number[];
  readonly salts: readonly Uint8Array[];
  readonly bodies: readonly Uint8Array[];
  /** Whom the section `who` names, where it was shown. */
  readonly personId: string | null;
  /** Sections that the actor's State has opened to the reader's. */
  readonly disclosed: readonly number[];
}

const DIGEST_BYTES = 32;
const WHAT_AND_WHY: readonly SectionName[] = ['what', 'why'];

/**
 * The sections that the policy lets the reader see; `null` for an event that is not for them. The database asks the
 * same of its rows: with either of the two gone, the other one stands.
 */
export function readEvent(row: EventRow, reader: Reader): ReadEvent | null {
  const allowed = sectionsFor(row, reader);
  if (allowed === null) return null;
  const sections: Partial<Record<SectionName, SaltedSection>> = {};
  const absent: Partial<Record<SectionName, Absence>> = {};
  for (const [at, name] of SECTION_NAMES.entries()) {
    const place = row.sections.indexOf(at + 1);
    const [salt, bytes] = [row.salts[place], row.bodies[place]];
    // A section for this reader that is not there was erased. It is the server's word; a verifier wants the event.
    const isOpen = allowed.includes(name) || row.disclosed.includes(at + 1);
    if (!isOpen) absent[name] = 'withheld';
    else if (salt === undefined || bytes === undefined) absent[name] = 'erased';
    else sections[name] = { salt, bytes };
  }
  const { eventId, leaf, digests, origin, index, caseId } = row;
  return {
    eventId,
    place: origin === null || index === null ? null : { origin, index: Number(index) },
    leaf,
    digests: eachDigest(digests),
    sections,
    absent,
    caseId,
    isOwn: isOwn(row, reader),
  };
}

function isOwn({ personId }: EventRow, { subject }: Reader): boolean {
  return personId !== null && personId === subject.personId;
}

function sectionsFor(row: EventRow, reader: Reader) {
  if (isOwn(row, reader)) return SECTION_NAMES;
  const { subject, caseGrants, why } = reader;
  const { purpose, declarationId } = why;
  const decision = decide(
    subject,
    'audit.view',
    {
      type: 'event',
      id: row.eventId,
      ownerState: row.actorState ?? REGIONAL_AUTHORITY,
      states: row.states,
      state: 'open',
      hold: false,
    },
    {
      ...(purpose === undefined ? {} : { purpose }),
      ...(declarationId === undefined ? {} : { declarationId }),
      nowMs: 0,
      bodyHash: '',
      approvals: [],
      risk: [],
      hasCaseGrant: row.caseId !== null && caseGrants.includes(row.caseId),
    },
  );
  if (!decision.allow) return null;
  const allowed = sectionsUnder(decision.obligations);
  // The server itself, or a stranger, is nobody whose name could be withheld.
  const isNobody = row.actorState === null && row.personId === null;
  return isNobody && allowed !== null ? [...allowed, 'who' as const] : allowed;
}

function sectionsUnder(obligations: readonly Obligation[]): readonly SectionName[] | null {
  if (obligations.includes('aggregates-only') || obligations.includes('no-sections')) return null;
  if (obligations.includes('sections-what-why')) return WHAT_AND_WHY;
  return obligations.includes('withhold-where')
    ? SECTION_NAMES.filter((name) => name !== 'where')
    : SECTION_NAMES;
}

function eachDigest(digests: Uint8Array): Record<SectionName, Uint8Array> {
  const at = (place: number) =>
    digests.slice(place * DIGEST_BYTES, place * DIGEST_BYTES + DIGEST_BYTES);
  return { what: at(0), who: at(1), where: at(2), why: at(3), attest: at(4) };
}
