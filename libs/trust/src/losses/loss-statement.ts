import { equalBytes, isDomainError, parseBase64, toBase64, type Branded } from '@enlace/kernel';
import { originAfterLoss, type TreeHead } from '@enlace/tlog';
import type { StateCode } from '@enlace/contracts';

import type { Directory } from '../fold/directory.js';
import { parseSignedObject } from '../signed-object.js';
import { verifyBreakGlass } from '../state-signatures.js';
import { StatementRefused } from '../trust-error.js';

const ROOT_BYTES = 32;

/** The head at which a log was lost, as its witnesses hold it, and the key of the log that goes on. */
export interface LossTarget {
  readonly lost: { readonly origin: string; readonly size: number; readonly root: Uint8Array };
  readonly next: { readonly origin: string; readonly vkey: string };
}

interface LossFacts extends LossTarget {
  readonly states: readonly StateCode[];
  readonly reason: string;
  readonly nonce: string;
  readonly effectiveAfterMs: number;
}

/** What enough States said of a log that lost entries. */
export type VerifiedLoss = Branded<LossFacts & object, 'VerifiedLoss'>;

/** The target of a break-glass act that leaves recovery: what is lost and what goes on are inside what is signed. */
export function formatLossTarget({ lost, next }: LossTarget): string {
  return `${next.vkey} ${lost.origin} ${lost.size} ${toBase64(lost.root)}`;
}

/** Reads such a target. Throws `statement.refused` for another form, and for a key that is not the next one's. */
export function readLossTarget(target: string): LossTarget {
  const [vkey = '', origin = '', size = '', root = '', ...more] = target.split(' ');
  const next = originAfterLoss(origin);
  const isKeyOfNext = next !== null && vkey.startsWith(`${next}+`) && vkey.length > next.length + 1;
  const isSize = /^[1-9]\d{0,15}$/.test(size) && Number.isSafeInteger(Number(size));
  if (!isKeyOfNext || !isSize || more.length > 0) throw refused();
  const lost = { origin, size: Number(size), root: readRoot(root) };
  return { lost, next: { origin: next, vkey } };
}

/**
 * What States signed so that a log may go on after a loss, judged at the time at which it took effect: whoever verifies
 * years later sees what was seen then. Throws `statement.refused`.
 */
export function verifyLossStatement(directory: Directory, wire: string): VerifiedLoss {
  const { effectiveAfter } = parseSignedObject(wire).body;
  const atMs = typeof effectiveAfter === 'string' ? Date.parse(effectiveAfter) : Number.NaN;
  if (!Number.isSafeInteger(atMs)) throw new StatementRefused('break-glass-members');
  const act = verifyBreakGlass(directory, wire, atMs);
  if (act.action !== 'leave-recovery') throw new StatementRefused('break-glass-action');
  const { states, reason, nonce } = act;
  const target = readLossTarget(act.target);
  const facts: LossFacts = { ...target, states, reason, nonce, effectiveAfterMs: atMs };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- branded here, after every check
  return facts as VerifiedLoss;
}

/**
 * Whether a head that was seen before lies in what States said is lost: above what is left of the log, and not above
 * what they named. A larger one, or another root at the size that they named, contradicts them as well.
 */
export function isLostHead({ lost }: LossTarget, seen: TreeHead, left: number): boolean {
  if (seen.size <= left) return false;
  return seen.size < lost.size || (seen.size === lost.size && equalBytes(seen.root, lost.root));
}

function readRoot(text: string): Uint8Array {
  try {
    const root = parseBase64(text);
    if (root.length === ROOT_BYTES) return root;
  } catch (error) {
    if (!isDomainError(error)) throw error;
  }
  throw refused();
}

function refused(): StatementRefused {
  return new StatementRefused('break-glass-target');
}
