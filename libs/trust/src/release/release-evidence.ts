import {
  equalBytes,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  toBase64Url,
  utf8,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import {
  hashLeaf,
  SECTION_NAMES,
  verifyEvent,
  verifyProof,
  type JudgedCheckpoint,
  type Policy,
  type SaltedSection,
  type SectionDigests,
  type TlogCrypto,
} from '@enlace/tlog';

import { ReleaseRefused } from '../trust-error.js';
import type { WebRelease } from './web-release.js';

/** What the event names. */
type NamedRelease = Pick<WebRelease, 'releaseId' | 'manifestHash'>;

/** The event that made a release count, and the proof that the log holds it. */
export interface ReleaseEvent {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly digests: SectionDigests;
  /** Of the five sections the one that says what happened; who did it is for auditors. */
  readonly what: SaltedSection;
  /** A `.tlog-proof` file. */
  readonly proof: string;
}

/** Where a release stands in a log of the policy. */
export interface LoggedRelease {
  readonly origin: string;
  readonly index: number;
  readonly judged: JudgedCheckpoint;
}

/** The evidence file of a release reads at most this. */
export const RELEASE_EVIDENCE_LIMIT_BYTES = 512 * 1024;

/** The file beside a release. */
export function formatReleaseEvidence({ index, leaf, digests, what, proof }: ReleaseEvent) {
  return {
    v: 1,
    index,
    leaf: toBase64Url(leaf),
    digests: eachSection((name) => toBase64Url(digests[name])),
    what: { salt: toBase64Url(what.salt), bytes: toBase64Url(what.bytes) },
    proof,
  } as const;
}

// Attacker-controlled: the whole file, from whoever serves the client.
/**
 * The event of this release in a log of the policy. Throws `release.refused` for another event, and `tlog.*` for a
 * proof that does not hold. Whether the quorum has seen it is in `judged`.
 */
export function verifyReleaseEvidence(
  crypto: TlogCrypto,
  file: Uint8Array,
  { release, policy }: { readonly release: NamedRelease; readonly policy: Policy },
): LoggedRelease {
  const { index, leaf, digests, what, proof } = readEvidence(file);
  const leafHash = hashLeaf(crypto, leaf);
  const { inclusion, judged } = verifyProof(crypto, utf8(proof), { leafHash, policy });
  if (inclusion.index !== index) throw new ReleaseRefused('other-place');
  assertReleaseEvent(crypto, { leaf, digests, what }, release);
  return { origin: judged.checkpoint.origin, index, judged };
}

/** The leaf commits to an event that says: this release was activated. Throws `release.refused` and `tlog.*`. */
export function assertReleaseEvent(
  crypto: TlogCrypto,
  { leaf, digests, what }: Omit<ReleaseEvent, 'index' | 'proof'>,
  release: NamedRelease,
): void {
  const { sections } = verifyEvent(crypto, { leaf, digests, sections: { what } });
  const said = reading(() =>
    objectOf(parseStrictJson(parseUtf8(sections.what ?? new Uint8Array()))),
  );
  const { type, outcome, releaseId, manifestHash } = said;
  const isThis =
    type === 'release.activated' &&
    outcome === 'success' &&
    releaseId === release.releaseId &&
    typeof manifestHash === 'string' &&
    equalBytes(
      reading(() => parseBase64Url(manifestHash)),
      release.manifestHash,
    );
  if (!isThis) throw new ReleaseRefused('other-event');
}

function readEvidence(file: Uint8Array): ReleaseEvent {
  if (file.length > RELEASE_EVIDENCE_LIMIT_BYTES) throw new ReleaseRefused('evidence-size');
  return reading(() => {
    const { v, index, leaf, digests, what, proof } = objectOf(parseStrictJson(parseUtf8(file)));
    if (v !== 1 || typeof index !== 'number') throw new ReleaseRefused('evidence-form');
    const [named, shown] = [objectOf(digests), objectOf(what)];
    return {
      index,
      leaf: bytesOf(leaf),
      digests: eachSection((name) => bytesOf(named[name])),
      what: { salt: bytesOf(shown['salt']), bytes: bytesOf(shown['bytes']) },
      proof: textOf(proof),
    };
  });
}

function objectOf(value: JsonValue | undefined): JsonObject {
  if (value === undefined || !isJsonObject(value)) throw new ReleaseRefused('evidence-form');
  return value;
}

function textOf(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new ReleaseRefused('evidence-form');
  return value;
}

function bytesOf(value: JsonValue | undefined): Uint8Array {
  return parseBase64Url(textOf(value));
}

function eachSection<Value>(make: (name: (typeof SECTION_NAMES)[number]) => Value) {
  const [what, who, where, why, attest] = SECTION_NAMES;
  return {
    what: make(what),
    who: make(who),
    where: make(where),
    why: make(why),
    attest: make(attest),
  };
}

function reading<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (!isDomainError(cause) || cause instanceof ReleaseRefused) throw cause;
    throw new ReleaseRefused('evidence-form', { cause });
  }
}
