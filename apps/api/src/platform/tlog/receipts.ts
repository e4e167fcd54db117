import { RECEIPT_LIMITS } from '@enlace/contracts';
import { toBase64Url, type Clock } from '@enlace/kernel';
import { issueReceipt, type NoteSigner } from '@enlace/tlog';

/**
 * Signs the promise that what was recorded will be in the log: whoever holds it can prove that the server broke it.
 */
export class Receipts {
  constructor(
    private readonly signer: NoteSigner,
    private readonly clock: Clock,
  ) {}

  /** For a leaf whose act has committed. 130 bytes in base64url. */
  issue(leaf: Uint8Array): string {
    const dueByMs = this.clock.nowMs() + RECEIPT_LIMITS.dueMs;
    return toBase64Url(issueReceipt(this.signer, { leaf, dueByMs }));
  }
}
