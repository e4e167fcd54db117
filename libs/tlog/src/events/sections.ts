import { concatBytes, equalBytes, utf8, type Branded } from '@enlace/kernel';

import type { Hasher, TlogCrypto } from '../tlog-crypto.js';
import { CommitmentMismatch } from '../tlog-error.js';
import { assertHash } from '../tree/hash.js';
import { markVerified } from '../verified.js';
import { decodeLeaf, type AuditLeaf } from './leaf.js';

/**
 * The five sections of an event, in the order of its commitment. An event always has all five; an empty one is `{}`.
 */
export const SECTION_NAMES = ['what', 'who', 'where', 'why', 'attest'] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

/** Random bytes that keep a section from being guessed; with them gone its digest says nothing. */
export const SALT_BYTES = 32;
/** Longest section, in its stored bytes. */
export const SECTION_LIMIT_BYTES = 4096;
const COMMIT_LABEL = utf8('enlace/audit/commit/v1\0');

/** A section as it is stored: the bytes are hashed as they are and never encoded again. */
export interface SaltedSection {
  readonly salt: Uint8Array;
  readonly bytes: Uint8Array;
}
export type SectionDigests = Readonly<Record<SectionName, Uint8Array>>;

interface EventContent {
  readonly leaf: AuditLeaf;
  /** The sections that are shown; of the others only the digest is known. */
  readonly sections: Readonly<Partial<Record<SectionName, Uint8Array>>>;
}
export type VerifiedEvent = Branded<Readonly<EventContent>, 'VerifiedEvent'>;

/**
 * `HMAC-SHA-256(salt, "enlace/audit/v1/" || name || 0x00 || bytes)`. Throws `tlog.commitment-mismatch` for a salt of
 * another length or a section above its limit: neither was ever committed to.
 */
export function digestSection(
  crypto: Pick<TlogCrypto, 'hmacSha256'>,
  name: SectionName,
  { salt, bytes }: SaltedSection,
): Uint8Array {
  if (salt.length !== SALT_BYTES || bytes.length > SECTION_LIMIT_BYTES) {
    throw new CommitmentMismatch('a section with an impossible salt or length');
  }
  return crypto.hmacSha256(salt, concatBytes(utf8(`enlace/audit/v1/${name}\0`), bytes));
}

/** `SHA-256("enlace/audit/commit/v1" || 0x00 || the five digests)`, in the order of `SECTION_NAMES`. */
export function commitSections(hasher: Hasher, digests: SectionDigests): Uint8Array {
  const parts = SECTION_NAMES.map((name) => digests[name]);
  parts.forEach(assertHash);
  return hasher.sha256(concatBytes(COMMIT_LABEL, ...parts));
}

/**
 * Checks what is shown of an event against its leaf: the digests make up the commitment, and each shown section has its
 * digest. Whether the leaf is in the log is `verifyInclusion`'s affair, why a section is not shown the caller's. Throws
 * `tlog.leaf-malformed`, `tlog.hash-length`, `tlog.commitment-mismatch`.
 */
export function verifyEvent(
  crypto: TlogCrypto,
  event: {
    readonly leaf: Uint8Array;
    readonly digests: SectionDigests;
    readonly sections: Readonly<Partial<Record<SectionName, SaltedSection>>>;
  },
): VerifiedEvent {
  // Attacker-controlled: all of it; the leaf is what a verified proof was made for.
  const leaf = decodeLeaf(event.leaf);
  if (!equalBytes(commitSections(crypto, event.digests), leaf.commitment)) {
    throw new CommitmentMismatch('the digests are not those of the leaf');
  }
  const sections: Partial<Record<SectionName, Uint8Array>> = {};
  for (const name of SECTION_NAMES) {
    const section = event.sections[name];
    if (section === undefined) continue;
    if (!equalBytes(digestSection(crypto, name, section), event.digests[name])) {
      throw new CommitmentMismatch(`the section ${name} is not the one committed to`);
    }
    sections[name] = section.bytes;
  }
  return markVerified<'VerifiedEvent', EventContent>({ leaf, sections });
}
