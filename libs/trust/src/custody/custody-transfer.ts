import { sha256, toBase64Url, utf8, type JsonObject } from '@enlace/kernel';
import { EvidenceRefused, type TlogCrypto } from '@enlace/tlog';

import { SIGNING_LABELS } from '../labels.js';
import { addSignature, signObject, type Seed } from '../sign-object.js';
import { isSignedBy, parseSignedObject, type SignedObject } from '../signed-object.js';

/** What whoever gives says, and whoever takes over signs as it stands. */
export interface CustodyTransfer {
  /** A UUIDv7; also the id under which the device of who takes over tells the record. */
  readonly transferId: string;
  readonly custodyId: string;
  readonly attachmentId: string;
  /** Of the file, as its seal says. */
  readonly sha256: string;
  /** Who gives and who takes over, and the device on which the giver signs. */
  readonly from: string;
  readonly fromDevice: string;
  readonly to: string;
  /** What came before, so that it is handed on once: `linkHash` of the seal, or of the transfer before. */
  readonly previous: string;
  readonly purpose: string;
  /** In which it is handed over. */
  readonly condition: string;
}

const MEMBERS = [
  'attachmentId',
  'condition',
  'custodyId',
  'from',
  'fromDevice',
  'previous',
  'purpose',
  'sha256',
  'to',
  'transferId',
].join();

/** A transfer whose form holds; who signed it is not verified yet. */
export interface ReadTransfer {
  readonly transfer: CustodyTransfer;
  /** Signed by two, it says, and not by one. */
  readonly isAccepted: boolean;
  readonly object: SignedObject;
}

/** The wire of an offer (`enlace/custody/v1`). */
export function signCustodyTransfer(transfer: CustodyTransfer, seed: Seed): string {
  return signObject(SIGNING_LABELS.custody, { ...transfer }, [seed]);
}

/** The same with the signature of who takes over. */
export function acceptCustodyTransfer(wire: string, seed: Seed): string {
  return addSignature(SIGNING_LABELS.custody, wire, seed);
}

/** Throws `statement.refused` for what is no signed object, and `tlog.evidence-refused` for another form. */
// Attacker-controlled: a member of the thread, or whoever made a receipt.
export function readCustodyTransfer(wire: string): ReadTransfer {
  const object = parseSignedObject(wire);
  const { body, signatures } = object;
  const isWhole = Object.keys(body).toSorted().join() === MEMBERS && signatures.length <= 2;
  if (!isWhole) throw new EvidenceRefused('transfer-form');
  const transfer = transferOf(body);
  if (transfer.from === transfer.to) throw new EvidenceRefused('transfer-form');
  return { transfer, isAccepted: signatures.length === 2, object };
}

export function isTransferSignedBy({ object }: ReadTransfer, signKey: Uint8Array): boolean {
  return isSignedBy(object, SIGNING_LABELS.custody, signKey);
}

/** What the next transfer names of a link of the chain, signatures included. */
export function linkHash(wire: string): string {
  return toBase64Url(sha256(utf8(wire)));
}

/** What the record holds of a transfer: HMAC-SHA-256 of its wire under a salt that stays in the thread; base64url. */
export function transferCommitment(
  crypto: Pick<TlogCrypto, 'hmacSha256'>,
  salt: Uint8Array,
  wire: string,
): string {
  return toBase64Url(crypto.hmacSha256(salt, utf8(wire)));
}

function transferOf(body: JsonObject): CustodyTransfer {
  const text = (name: keyof CustodyTransfer): string => {
    const value = body[name];
    if (typeof value !== 'string') throw new EvidenceRefused('transfer-form');
    return value;
  };
  return {
    transferId: text('transferId'),
    custodyId: text('custodyId'),
    attachmentId: text('attachmentId'),
    sha256: text('sha256'),
    from: text('from'),
    fromDevice: text('fromDevice'),
    to: text('to'),
    previous: text('previous'),
    purpose: text('purpose'),
    condition: text('condition'),
  };
}
