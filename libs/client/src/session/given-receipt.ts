import type { JsonObject } from '@enlace/kernel';

/** What came beside the answer to an act. */
export interface GivenReceipt {
  /** The header `Enlace-Receipt` as it came; `null` for an answer without one. */
  readonly receipt: string | null;
  /** What the device signed for the act: the section `attest` of its event must be exactly this. */
  readonly attest: JsonObject;
  /** Method and path. */
  readonly target: string;
  readonly isGranted: boolean;
}

/** Where receipts go; the answer waits until one is durable. */
export interface ReceiptSink {
  keep(given: GivenReceipt): Promise<void>;
}
