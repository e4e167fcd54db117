import {
  isDomainError,
  isJsonObject,
  parseBase64Url,
  toBase64Url,
  type JsonObject,
  type JsonValue,
} from '@enlace/kernel';
import { SECTION_NAMES, type SaltedSection, type SectionDigests } from '@enlace/tlog';

import { ReleaseRefused } from '../trust-error.js';

/** An event of a log, as far as it is for everybody, and the proof that the log holds it. */
export interface ProvenEvent {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly digests: SectionDigests;
  /** Of the five sections the one that says what happened; who did it is for auditors. */
  readonly what: SaltedSection;
  /** A `.tlog-proof` file. */
  readonly proof: string;
}

export function formatEvent({ index, leaf, digests, what, proof }: ProvenEvent) {
  return {
    index,
    leaf: toBase64Url(leaf),
    digests: eachSection((name) => toBase64Url(digests[name])),
    what: { salt: toBase64Url(what.salt), bytes: toBase64Url(what.bytes) },
    proof,
  } as const;
}

// Attacker-controlled, as all of the file.
/** Throws `release.refused`, `base64.*`. */
export function readEvent(value: JsonValue | undefined): ProvenEvent {
  const { index, leaf, digests, what, proof } = objectOf(value);
  if (typeof index !== 'number') throw new ReleaseRefused('evidence-form');
  const [named, shown] = [objectOf(digests), objectOf(what)];
  return {
    index,
    leaf: bytesOf(leaf),
    digests: eachSection((name) => bytesOf(named[name])),
    what: { salt: bytesOf(shown['salt']), bytes: bytesOf(shown['bytes']) },
    proof: textOf(proof),
  };
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  if (value === undefined || !isJsonObject(value)) throw new ReleaseRefused('evidence-form');
  return value;
}

export function textOf(value: JsonValue | undefined): string {
  if (typeof value !== 'string') throw new ReleaseRefused('evidence-form');
  return value;
}

export function bytesOf(value: JsonValue | undefined): Uint8Array {
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

export function reading<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    if (!isDomainError(cause) || cause instanceof ReleaseRefused) throw cause;
    throw new ReleaseRefused('evidence-form', { cause });
  }
}
