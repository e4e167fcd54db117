import type { AuditEvent } from '@enlace/contracts';
import { concatBytes, newId, type Clock, type EventId, type Random } from '@enlace/kernel';
import {
  commitSections,
  digestSection,
  encodeLeaf,
  SALT_BYTES,
  SECTION_NAMES,
  type LeafKind,
  type SaltedSection,
  type SectionDigests,
  type SectionName,
} from '@enlace/tlog';

import type { SealedEvent } from './event-rows.js';
import type { SectionBytes } from './event-sections.js';
import { nodeTlogCrypto } from './node-tlog-crypto.js';

/**
 * Salts and commits to the sections of an event: what the leaf says can then be shown section by section, or erased.
 */
export function sealEvent(
  { event, bytes, kind, correlationId, observedBy }: UnsealedEvent,
  ports: { readonly clock: Clock; readonly random: Random },
): SealedEvent {
  const eventId = newId<EventId>(ports.clock, ports.random);
  const occurredAtMs = ports.clock.nowMs();
  const salts = ports.random.bytes(SECTION_NAMES.length * SALT_BYTES);
  const saltOf = (name: SectionName): Uint8Array => {
    const at = SECTION_NAMES.indexOf(name) * SALT_BYTES;
    return salts.slice(at, at + SALT_BYTES);
  };
  const sections = eachSection((name): SaltedSection => ({
    salt: saltOf(name),
    bytes: bytes[name],
  }));
  const digests: SectionDigests = eachSection((name) =>
    digestSection(nodeTlogCrypto, name, sections[name]),
  );
  const commitment = commitSections(nodeTlogCrypto, digests);
  return {
    eventId,
    occurredAtMs,
    event,
    correlationId,
    observedBy,
    sections,
    digests: concatBytes(...SECTION_NAMES.map((name) => digests[name])),
    leaf: encodeLeaf({ kind, occurredAtMs, eventId, commitment }),
  };
}

export interface UnsealedEvent {
  readonly event: AuditEvent;
  readonly bytes: SectionBytes;
  readonly kind: LeafKind;
  readonly correlationId: string;
  readonly observedBy: SealedEvent['observedBy'];
}

function eachSection<Value>(make: (name: SectionName) => Value): Record<SectionName, Value> {
  return {
    what: make('what'),
    who: make('who'),
    where: make('where'),
    why: make('why'),
    attest: make('attest'),
  };
}
