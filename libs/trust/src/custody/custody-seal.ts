import { toBase64Url, type JsonObject } from '@enlace/kernel';
import { EvidenceRefused, type TlogCrypto } from '@enlace/tlog';

import { SIGNING_LABELS } from '../labels.js';
import { signObject, type Seed } from '../sign-object.js';
import { isSignedBy, parseSignedObject, type SignedObject } from '../signed-object.js';

/** What whoever sent a file says of it, when it is sealed as evidence. */
export interface CustodyStatement {
  /** A UUIDv7; also the id under which the device tells the record. */
  readonly custodyId: string;
  readonly name: string;
  /** In bytes, as the hashes: before the file was sealed for the thread. */
  readonly size: number;
  readonly sha256: string;
  readonly sha512: string;
  /** How and when it was obtained. */
  readonly acquisition: string;
  readonly sourceDevice: string;
  readonly legalBasis: string;
}

const TEXTS = [
  'acquisition',
  'custodyId',
  'legalBasis',
  'name',
  'sha256',
  'sha512',
  'sourceDevice',
];
const MEMBERS = [...TEXTS, 'size'].toSorted().join();

/** A seal whose form holds; who signed it is not verified yet. */
export interface ReadSeal {
  readonly statement: CustodyStatement;
  /** The bytes that were signed and that the record commits to. */
  readonly bytes: Uint8Array;
  readonly object: SignedObject;
}

/** The wire of a seal (`enlace/custody/v1`). */
export function signCustodySeal(statement: CustodyStatement, seed: Seed): string {
  return signObject(SIGNING_LABELS.custody, { ...statement }, [seed]);
}

/** Throws `statement.refused` for what is no signed object, and `tlog.evidence-refused` for another form. */
// Attacker-controlled: a member of the thread, or whoever made a receipt.
export function readCustodySeal(wire: string): ReadSeal {
  const object = parseSignedObject(wire);
  const { body } = object;
  const isWhole =
    Object.keys(body).toSorted().join() === MEMBERS &&
    Number.isSafeInteger(body['size']) &&
    object.signatures.length === 1;
  if (!isWhole) throw new EvidenceRefused('seal-form');
  return { statement: statementOf(body), bytes: object.bodyBytes, object };
}

export function isSealSignedBy({ object }: ReadSeal, signKey: Uint8Array): boolean {
  return isSignedBy(object, SIGNING_LABELS.custody, signKey);
}

/** What the record holds of a seal: HMAC-SHA-256 of its bytes under a salt that stays in the thread; base64url. */
export function sealCommitment(
  crypto: Pick<TlogCrypto, 'hmacSha256'>,
  salt: Uint8Array,
  { bytes }: Pick<ReadSeal, 'bytes'>,
): string {
  return toBase64Url(crypto.hmacSha256(salt, bytes));
}

function statementOf(body: JsonObject): CustodyStatement {
  const text = (name: string): string => {
    const value = body[name];
    if (typeof value !== 'string') throw new EvidenceRefused('seal-form');
    return value;
  };
  return {
    custodyId: text('custodyId'),
    name: text('name'),
    size: Number(body['size']),
    sha256: text('sha256'),
    sha512: text('sha512'),
    acquisition: text('acquisition'),
    sourceDevice: text('sourceDevice'),
    legalBasis: text('legalBasis'),
  };
}
