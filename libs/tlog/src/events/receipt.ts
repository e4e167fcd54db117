import { concatBytes, u64be, utf8, type Branded } from '@enlace/kernel';

import { ED25519_SIGNATURE_BYTES } from '../notes/signature-line.js';
import type { NoteSigner } from '../notes/note.js';
import type { VerifierKey } from '../notes/vkey.js';
import type { NoteCrypto } from '../tlog-crypto.js';
import { ReceiptMalformed, ReceiptSignature, VkeyMalformed } from '../tlog-error.js';
import { markVerified } from '../verified.js';
import { readU64 } from './fixed-layout.js';
import { decodeLeaf, LEAF_BYTES, type AuditLeaf } from './leaf.js';

const DUE_BYTES = 8;
const SIGNED_BYTES = LEAF_BYTES + DUE_BYTES;
/** Length of a receipt: leaf, time, signature. */
export const RECEIPT_BYTES = SIGNED_BYTES + ED25519_SIGNATURE_BYTES;
const LABEL = utf8('enlace/audit-receipt/v1\0');

/** The server's promise that a leaf will stand in the log by a time. */
interface ReceiptContent {
  readonly leaf: AuditLeaf;
  /** The leaf byte for byte, whose hash the log must hold. */
  readonly leafBytes: Uint8Array;
  readonly dueByMs: number;
}
export type VerifiedReceipt = Branded<Readonly<ReceiptContent>, 'VerifiedReceipt'>;

/**
 * `leaf || u64 dueBy || signature`, the signature by the receipt key over `"enlace/audit-receipt/v1" || 0x00 || leaf ||
 * dueBy`. The caller signs after the commit of the act and at no other moment.
 */
export function issueReceipt(
  signer: NoteSigner,
  { leaf, dueByMs }: { readonly leaf: Uint8Array; readonly dueByMs: number },
): Uint8Array<ArrayBuffer> {
  decodeLeaf(leaf);
  const signed = concatBytes(leaf, u64be(dueByMs));
  return concatBytes(signed, signer.sign(concatBytes(LABEL, signed)));
}

// Attacker-controlled: the header of an answer.
/**
 * Throws `tlog.receipt-malformed`, `tlog.leaf-malformed`, `tlog.receipt-signature`. The caller has the receipt key
 * from a verified `log-key` statement and compares the leaf with what it did.
 */
export function verifyReceipt(
  crypto: NoteCrypto,
  receipt: Uint8Array,
  key: VerifierKey,
): VerifiedReceipt {
  if (key.type !== 'ed25519') throw new VkeyMalformed('a receipt key is of type 0x01');
  if (receipt.length !== RECEIPT_BYTES) throw new ReceiptMalformed('a receipt has 130 bytes');
  const leafBytes = new Uint8Array(receipt.subarray(0, LEAF_BYTES));
  const content = {
    leaf: decodeLeaf(leafBytes),
    leafBytes,
    dueByMs: readU64(receipt, LEAF_BYTES, ReceiptMalformed),
  };
  const isValid = crypto.ed25519Verify({
    signature: receipt.subarray(SIGNED_BYTES),
    message: concatBytes(LABEL, receipt.subarray(0, SIGNED_BYTES)),
    publicKey: key.publicKey,
  });
  if (!isValid) throw new ReceiptSignature('the receipt key did not sign the receipt');
  return markVerified<'VerifiedReceipt', ReceiptContent>(content);
}
