import {
  APPEND_RECEIPT_LABEL,
  RECEIPT_LIMITS,
  receiptSignedBytes,
  type AppendReceipt,
} from '@enlace/contracts';
import { concatBytes, toBase64Url, utf8, type Clock } from '@enlace/kernel';
import { issueReceipt, type NoteSigner } from '@enlace/tlog';

/**
 * Signs the promise that what was recorded will be in the log: whoever holds it can prove that the server broke it.
 */
export class Receipts {
  constructor(
    private readonly signer: NoteSigner,
    private readonly clock: Clock,
  ) {}

  /** For an entry that is about to have its place: 216 bytes. It counts once the act has committed. */
  signAppend(receipt: AppendReceipt): Uint8Array {
    const said = receiptSignedBytes(receipt);
    const label = utf8(`${APPEND_RECEIPT_LABEL}\0`);
    return concatBytes(said, this.signer.sign(concatBytes(label, said)));
  }

  /** For a leaf whose act has committed. 130 bytes in base64url. */
  issue(leaf: Uint8Array): string {
    const dueByMs = this.clock.nowMs() + RECEIPT_LIMITS.dueMs;
    return toBase64Url(issueReceipt(this.signer, { leaf, dueByMs }));
  }
}
