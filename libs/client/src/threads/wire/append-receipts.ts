import {
  APPEND_RECEIPT_LABEL,
  decodeAppendReceipt,
  entryHash,
  type Entry,
} from '@enlace/contracts';
import { concatBytes, DomainError, equalBytes, isDomainError, utf8 } from '@enlace/kernel';

import type { AuditTrust } from '../../audit/audit-trust.js';
import { clientTlogCrypto } from '../../tlog-crypto.js';
import type { HeldReceipt } from '../kept/receipt-shelf.js';

const LABEL = utf8(`${APPEND_RECEIPT_LABEL}\0`);

/** What the server gave for an append is no receipt for it; `facts.rule` says why. */
class AppendReceiptRefused extends DomainError {
  override readonly code = 'append-receipt.refused';
  override readonly kind = 'integrity';

  constructor(rule: 'form' | 'signature' | 'entry' | 'place', options: { cause?: unknown } = {}) {
    super(`the receipt of an append is refused: ${rule}`, { ...options, facts: { rule } });
  }
}

/**
 * The receipts of the entries of one append, in their order: signed by the key of receipts where the directory
 * announces one, each for its entry, at places that follow each other and lie behind everything that the entries had
 * seen. Whether the log keeps to them shows when it is read. Throws `append-receipt.refused`.
 */
// Attacker-controlled: every receipt.
export function verifyAppendReceipts(
  receipts: readonly Uint8Array[],
  entries: readonly Entry[],
  trust: Pick<AuditTrust, 'receiptKeys'>,
): readonly HeldReceipt[] {
  const verified = entries.map((entry, at) => {
    const receipt = verifyOne(receipts[at] ?? new Uint8Array(), trust);
    const { header } = entry;
    const isOfEntry =
      receipt.threadId === header.threadId &&
      receipt.entryId === header.entryId &&
      equalBytes(receipt.entryHash, entryHash(entry));
    if (!isOfEntry) throw new AppendReceiptRefused('entry');
    if (receipt.seq <= header.seenSeq) throw new AppendReceiptRefused('place');
    return receipt;
  });
  const follows = verified.every(({ seq }, at) => seq === (verified[0]?.seq ?? 0) + at);
  if (!follows) throw new AppendReceiptRefused('place');
  return verified;
}

function verifyOne(bytes: Uint8Array, { receiptKeys }: Pick<AuditTrust, 'receiptKeys'>) {
  const { receipt, signed, signature } = decoded(bytes);
  const message = concatBytes(LABEL, signed);
  const isSigned = receiptKeys.some(({ type, publicKey }) => {
    const isReceiptKey = type === 'ed25519';
    return isReceiptKey && clientTlogCrypto.ed25519Verify({ signature, message, publicKey });
  });
  // As with the receipts of acts: until the directory announces a key, they prove less to others.
  if (!isSigned && receiptKeys.length > 0) throw new AppendReceiptRefused('signature');
  return { ...receipt, bytes };
}

function decoded(bytes: Uint8Array) {
  try {
    return decodeAppendReceipt(bytes);
  } catch (cause) {
    if (!isDomainError(cause)) throw cause;
    throw new AppendReceiptRefused('form', { cause });
  }
}
