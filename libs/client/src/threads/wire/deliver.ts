import { decodeEntry } from '@enlace/contracts';
import {
  isDomainError,
  parseBase64Url,
  type DomainError,
  type ErrorFacts,
  type Random,
} from '@enlace/kernel';

import type { AuditTrust } from '../../audit/audit-trust.js';
import { retryDelayMs } from '../../retry-delay.js';
import { ServerProblem } from '../../server-problem.js';
import { isRefusalOfTheAct } from '../../session/session.js';
import { verifyAppendReceipts } from './append-receipts.js';
import type { OutboxItem, Prepared } from '../kept/outbox.js';
import type { HeldReceipt } from '../kept/receipt-shelf.js';
import { filesOf, readIntent } from '../thread-intent.js';
import { sendEntries, sendOpening, stageBlob, type Asking } from './thread-wire.js';

/** The longest wait that a server can ask for; one that asks for more is asked again before. In milliseconds. */
const RETRY_AFTER_LIMIT_MS = 5 * 60_000;

/** What was found of an item that went out. */
export type Delivery =
  /** The server says where the entries stand; whether the log keeps to it shows when they are met there. */
  | { readonly kind: 'accepted'; readonly receipts: readonly HeldReceipt[] }
  /** Definitive: nothing of it was stored. What the plan was made from has changed; it is made again. */
  | {
      readonly kind: 'again';
      readonly why: ReplanReason;
      readonly facts: ErrorFacts;
      readonly problem: ServerProblem;
    }
  /** Definitive: nothing of it was stored, and the same again would end the same. */
  | { readonly kind: 'refused'; readonly problem: ServerProblem }
  /** Nobody showed to be there for it, so that it was not sent; not by this call, that is. */
  | { readonly kind: 'unsent'; readonly error: DomainError };

/** Codes after which an item is made again from its intent (protocol.md, section 2.6). */
const REPLANNED = [
  'entry.stale-epoch',
  'entry.removal-required',
  'entry.device-sequence',
  'commit.invalid',
  'grant.recipient',
  'blob.missing',
  'attachment.unknown',
] as const;
export type ReplanReason = (typeof REPLANNED)[number];

/** How long somebody waits for a server that gives no answer; after that the item waits for the next command. */
export interface Patience {
  readonly tries: number;
  pause(ms: number): Promise<void>;
}

interface DeliveryPorts {
  readonly session: Asking;
  readonly trust: Pick<AuditTrust, 'receiptKeys'>;
  readonly random: Random;
  readonly patience: Patience;
}

/**
 * Hands in what was made, byte for byte the same until the outcome is known. Throws `client.unreachable` and the
 * refusals that say nothing about the entries (limits, availability, an ended session) when patience ends: the item
 * stays. Throws `append-receipt.refused` for an answer that accepts something else.
 *
 * If we die before the server has it: sent again. After, before we know: sent again, and answered with the first
 * receipt.
 */
export async function deliver(
  item: OutboxItem & { readonly prepared: Prepared },
  { session, trust, random, patience }: DeliveryPorts,
): Promise<Delivery> {
  const entries = item.prepared.entries.map(decodeEntry);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const receipts = await handIn(item, session);
      return { kind: 'accepted', receipts: verifyAppendReceipts(receipts, entries, trust) };
    } catch (error) {
      if (!isDomainError(error)) throw error;
      // After an attempt without an answer nobody knows: the server may have it.
      if (attempt === 1 && error.code === 'client.passkey-refused')
        return { kind: 'unsent', error };
      const outcome = outcomeOf(error);
      if (outcome !== null) return settled(outcome, { entries, trust });
      if (attempt >= patience.tries || !isPassing(error)) throw error;
      await patience.pause(waitMs(error.facts, attempt, random));
    }
  }
}

async function handIn(
  { threadId, intent, prepared }: OutboxItem & { readonly prepared: Prepared },
  session: Asking,
): Promise<readonly Uint8Array[]> {
  const [first] = prepared.entries;
  const [packed] = prepared.blobs;
  if (first === undefined) throw new RangeError('an append without an entry');
  if (decodeEntry(first).header.kind === 'genesis' && packed !== undefined) {
    return (await sendOpening(session, { entry: first, package: packed })).receipts;
  }
  for (const blob of prepared.blobs) await stageBlob(session, threadId, blob);
  const append = { entries: prepared.entries, files: filesOf(readIntent(intent)) };
  return (await sendEntries(session, threadId, append)).receipts;
}

/** `null`: nobody knows the outcome yet, or the refusal is not about the entries. */
function outcomeOf(error: unknown): Delivery | null {
  if (!(error instanceof ServerProblem)) return null;
  const why = REPLANNED.find((code) => code === error.code);
  if (why !== undefined) return { kind: 'again', why, facts: error.facts, problem: error };
  const isSaidOfBytes = error.kind === 'malformed' || error.kind === 'too-large';
  return isSaidOfBytes || isRefusalOfTheAct(error) ? { kind: 'refused', problem: error } : null;
}

// Same id, other bytes: the receipt of what the log has is the truth. If that is what we made, it was accepted before.
function settled(
  outcome: Delivery,
  {
    entries,
    trust,
  }: {
    readonly entries: Parameters<typeof verifyAppendReceipts>[1];
    readonly trust: Pick<AuditTrust, 'receiptKeys'>;
  },
): Delivery {
  if (outcome.kind !== 'refused' || outcome.problem.code !== 'entry.conflict') return outcome;
  const { receipt } = outcome.problem.facts;
  if (typeof receipt !== 'string' || entries.length !== 1) return outcome;
  try {
    const receipts = verifyAppendReceipts([parseBase64Url(receipt)], entries, trust);
    return { kind: 'accepted', receipts };
  } catch (error) {
    if (isDomainError(error)) return outcome;
    throw error;
  }
}

/** Whether waiting can help. */
export function isPassing(error: unknown): boolean {
  if (isDomainError(error, 'client.unreachable')) return true;
  return error instanceof ServerProblem && ['limit', 'unavailable'].includes(error.kind);
}

// Attacker-controlled: how long the server wants to be left alone.
function waitMs({ retryAfterSeconds }: ErrorFacts, attempt: number, random: Random): number {
  const jitterMs = retryDelayMs(attempt, random);
  const isSaid = typeof retryAfterSeconds === 'number' && retryAfterSeconds > 0;
  return isSaid ? Math.min(retryAfterSeconds * 1_000 + jitterMs, RETRY_AFTER_LIMIT_MS) : jitterMs;
}
