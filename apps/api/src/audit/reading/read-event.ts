import type { AuditScope } from '@enlace/contracts';
import type { EventId } from '@enlace/kernel';
import { SECTION_NAMES, type SaltedSection, type SectionName } from '@enlace/tlog';

/** Whose eyes: the session as the database resolved it, and whose events it may see. */
export interface Reader {
  readonly personId: string;
  readonly state: string;
  readonly scope: AuditScope | null;
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
}

/** What the database answered for one event, under the policies of the reader. */
export interface EventRow {
  readonly eventId: EventId;
  readonly actorState: string | null;
  readonly origin: string | null;
  readonly index: string | null;
  readonly leaf: Uint8Array;
  readonly digests: Uint8Array;
  readonly sections: readonly number[];
  readonly salts: readonly Uint8Array[];
  readonly bodies: readonly Uint8Array[];
  /** Whom the section `who` names, where it was shown. */
  readonly personId: string | null;
}

const DIGEST_BYTES = 32;

/**
 * Tells what is gone from what is not for this reader: a section that the policies would show and that is not there was
 * erased. It is the server's word; a verifier wants the event of the erasure.
 */
export function readEvent(row: EventRow, reader: Reader): ReadEvent {
  const isOwn = row.personId === reader.personId;
  const sections: Partial<Record<SectionName, SaltedSection>> = {};
  const absent: Partial<Record<SectionName, Absence>> = {};
  for (const [at, name] of SECTION_NAMES.entries()) {
    const place = row.sections.indexOf(at + 1);
    const [salt, bytes] = [row.salts[place], row.bodies[place]];
    if (salt !== undefined && bytes !== undefined) sections[name] = { salt, bytes };
    else absent[name] = isFor(name, { row, reader, isOwn }) ? 'erased' : 'withheld';
  }
  const { eventId, leaf, digests, origin, index } = row;
  return {
    eventId,
    place: origin === null || index === null ? null : { origin, index: Number(index) },
    leaf,
    digests: eachDigest(digests),
    sections,
    absent,
  };
}

interface Sight {
  readonly row: EventRow;
  readonly reader: Reader;
  readonly isOwn: boolean;
}

/** The policies of `audit.sections`, for an event that is visible. */
function isFor(name: SectionName, { row, reader, isOwn }: Sight): boolean {
  if (name === 'what' || name === 'why' || isOwn) return true;
  if (reader.scope === 'national') return row.actorState === reader.state;
  return reader.scope === 'regional' && name !== 'where';
}

function eachDigest(digests: Uint8Array): Record<SectionName, Uint8Array> {
  const at = (place: number) =>
    digests.slice(place * DIGEST_BYTES, place * DIGEST_BYTES + DIGEST_BYTES);
  return { what: at(0), who: at(1), where: at(2), why: at(3), attest: at(4) };
}
