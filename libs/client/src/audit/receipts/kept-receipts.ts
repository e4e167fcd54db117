import { RECEIPT_LIMITS, type DisputeCause } from '@enlace/contracts';
import {
  canonicalJson,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  sha256,
  toBase64Url,
  toHex,
  utf8,
  type Clock,
  type JsonObject,
} from '@enlace/kernel';
import { decodeLeaf, hashLeaf, LEAF_BYTES, RECEIPT_BYTES } from '@enlace/tlog';

import type { GivenReceipt, ReceiptSink } from '../../session/given-receipt.js';
import type { LocalStore } from '../../store/local-store.js';
import { StoreDamaged } from '../../store/sealed-store.js';
import { clientTlogCrypto } from '../../tlog-crypto.js';
import type { ClientStatements } from '../stated/client-statements.js';

const OPEN = 'receipts';
const CHECKED = 'receipts-checked';

/** A promise that is not kept yet. */
export interface OpenReceipt extends Omit<GivenReceipt, 'attest' | 'receipt'> {
  readonly receipt: string;
  /** SHA-256 of the canonical JSON of what the device signed. */
  readonly attestHash: string;
  /** When it came, by the clock of this device: a promise that is due in a thousand years is due now. */
  readonly keptAtMs: number;
  /** What it was disputed for, once. */
  readonly disputed: DisputeCause | null;
}

/** A promise that was kept: which leaf, and where it stands. Nothing else of the event stays on the device. */
interface CheckedReceipt extends JsonObject {
  readonly origin: string;
  readonly index: number;
}

/** Leaf, time of the event and due time of a receipt whose form was checked when it was kept. */
export function partsOf(receipt: string): {
  readonly bytes: Uint8Array;
  readonly leaf: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly occurredAtMs: number;
  readonly dueByMs: number;
} {
  const bytes = parseBase64Url(receipt);
  const leaf = bytes.slice(0, LEAF_BYTES);
  const due = new DataView(bytes.buffer, bytes.byteOffset + LEAF_BYTES, 8).getBigUint64(0);
  const { occurredAtMs } = decodeLeaf(leaf);
  const leafHash = hashLeaf(clientTlogCrypto, leaf);
  return { bytes, leaf, leafHash, occurredAtMs, dueByMs: Number(due) };
}

export function attestHashOf(attest: JsonObject): string {
  return toBase64Url(sha256(utf8(canonicalJson(attest))));
}

interface ReceiptPorts {
  readonly statements: Pick<ClientStatements, 'state'>;
  readonly clock: Clock;
}

/**
 * The receipts of this device. One is durable before the act's answer is handed on, so that a server which grants
 * something cannot count on the program dying before it is asked about the record.
 */
export class KeptReceipts implements ReceiptSink {
  readonly #store: LocalStore;
  readonly #ports: ReceiptPorts;

  constructor(store: LocalStore, ports: ReceiptPorts) {
    this.#store = store;
    this.#ports = ports;
  }

  /**
   * Attacker-controlled: the receipt. Data that came without one, or with what is none, was given past the record, and
   * one of another time promises nothing that anybody would wait for: the device states it. A refusal may come without
   * one, because refusals beyond a few a minute are counted.
   */
  async keep({ receipt, attest, target, isGranted }: GivenReceipt): Promise<void> {
    const attestHash = attestHashOf(attest);
    if (receipt === null || !isReceipt(receipt)) {
      if (!isGranted && receipt === null) return;
      await this.#report(receipt === null ? 'receipt-missing' : 'receipt-malformed', attestHash);
      return;
    }
    const keptAtMs = this.#ports.clock.nowMs();
    const open = { receipt, attestHash, target, isGranted, keptAtMs, disputed: null };
    await this.#put(toHex(partsOf(receipt).leafHash), open);
    if (!isOfItsTime(receipt, keptAtMs)) await this.#report('receipt-time', attestHash);
  }

  /** The promises that nobody has seen kept yet, those of the same number of leaves as one question holds first. */
  async open(): Promise<readonly (OpenReceipt & { readonly name: string })[]> {
    const names = (await this.#store.keys(OPEN)).toSorted();
    const kept: (OpenReceipt & { readonly name: string })[] = [];
    for (const name of names) {
      const bytes = await this.#store.get(OPEN, name);
      if (bytes !== null) kept.push({ name, ...readOpen(bytes) });
    }
    return kept;
  }

  /** The leaf stands where the server proved it, and says what this device did: everything else is forgotten. */
  async settle(name: string, at: CheckedReceipt): Promise<void> {
    await this.#store.put(CHECKED, name, utf8(canonicalJson(at)));
    // If we die here, the receipt is checked once more.
    await this.#store.delete(OPEN, name);
  }

  /** Stays open: whether the leaf comes late is asked again. */
  async markDisputed(name: string, receipt: OpenReceipt, cause: DisputeCause): Promise<void> {
    const { attestHash, target, isGranted, keptAtMs } = receipt;
    const open = { receipt: receipt.receipt, attestHash, target, isGranted, keptAtMs };
    await this.#put(name, { ...open, disputed: cause });
  }

  /** Leaves, in hex, that were found where they were promised. */
  static async proven(store: LocalStore): Promise<ReadonlySet<string>> {
    return new Set(await store.keys(CHECKED));
  }

  /** How many promises were found kept on this device. */
  async settled(): Promise<number> {
    return (await this.#store.keys(CHECKED)).length;
  }

  async #report(what: string, evidenceHash: string): Promise<void> {
    const { statements } = this.#ports;
    await statements.state({ type: 'audit.verification-failed', what, evidenceHash });
  }

  async #put(name: string, open: OpenReceipt): Promise<void> {
    await this.#store.put(OPEN, name, utf8(canonicalJson({ ...open })));
  }
}

/** Whether a receipt is overdue: its time is over, and the grace that a log which is behind gets. */
export function isOverdue(
  { receipt, keptAtMs }: Pick<OpenReceipt, 'receipt' | 'keptAtMs'>,
  nowMs: number,
): boolean {
  const dueByMs = Math.min(partsOf(receipt).dueByMs, keptAtMs + RECEIPT_LIMITS.dueMs);
  return nowMs > dueByMs + RECEIPT_LIMITS.graceMs;
}

/** The event is of about this moment, and the promise for the minute after it. */
function isOfItsTime(receipt: string, nowMs: number): boolean {
  const { occurredAtMs, dueByMs } = partsOf(receipt);
  const promisedMs = dueByMs - occurredAtMs;
  const { dueMs, actMs, skewMs } = RECEIPT_LIMITS;
  const isPromise = promisedMs >= 0 && promisedMs <= dueMs + actMs;
  return isPromise && Math.abs(occurredAtMs - nowMs) <= skewMs;
}

function isReceipt(text: string): boolean {
  try {
    const bytes = parseBase64Url(text);
    if (bytes.length !== RECEIPT_BYTES) return false;
    decodeLeaf(bytes.subarray(0, LEAF_BYTES));
    return Number.isSafeInteger(partsOf(text).dueByMs);
  } catch (error) {
    if (isDomainError(error)) return false;
    throw error;
  }
}

function readOpen(bytes: Uint8Array): OpenReceipt {
  const value = parseStrictJson(parseUtf8(bytes));
  const members = isJsonObject(value) ? value : {};
  const { receipt, attestHash, target, isGranted, keptAtMs, disputed } = members;
  const isWhole =
    typeof receipt === 'string' &&
    typeof keptAtMs === 'number' &&
    typeof attestHash === 'string' &&
    typeof target === 'string' &&
    typeof isGranted === 'boolean';
  if (!isWhole || !isReceipt(receipt)) throw new StoreDamaged('not a receipt');
  const isCause = disputed === 'absent' || disputed === 'late' || disputed === 'different';
  return { receipt, attestHash, target, isGranted, keptAtMs, disputed: isCause ? disputed : null };
}
