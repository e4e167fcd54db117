import { isDomainError } from '@enlace/kernel';
import {
  decodeLeaf,
  isAfterLoss,
  parseVkey,
  verifyOpening,
  type ShownEvent,
  type VerifierKey,
} from '@enlace/tlog';
import { verifyLossStatement, type Directory, type VerifiedLoss } from '@enlace/trust';
import { noteCrypto } from '../log/note-crypto.js';
import { problemOf, VERIFY_EXIT, type LogFinding, type Problem } from './findings.js';
import type { ServedSummary } from './served-logs.js';

/** A log that goes on where another one lost entries, by what enough States signed. */
export interface ContinuedLoss {
  readonly loss: VerifiedLoss;
  readonly key: VerifierKey;
}

/** The one problem that does not keep a log from being remembered: States said so, and it is told each time. */
export const CONTINUED_AFTER_LOSS = 'log.continued-after-loss';

// Attacker-controlled: what the server shows as signed. What does not hold is no statement, and its log nobody's.
export function readLosses(
  directory: Directory,
  served: readonly Pick<ServedSummary, 'continuation'>[],
): readonly ContinuedLoss[] {
  return served.flatMap(({ continuation }) => {
    if (continuation === null) return [];
    try {
      const loss = verifyLossStatement(directory, continuation);
      const key = parseVkey(noteCrypto, loss.next.vkey);
      return key.name === loss.next.origin ? [{ loss, key }] : [];
    } catch (error) {
      if (isDomainError(error)) return [];
      throw error;
    }
  });
}

/** A log whose name says that it goes on after a loss, and for which no States speak: no key makes up for it. */
export function unsignedLoss(losses: readonly ContinuedLoss[], origin: string): readonly Problem[] {
  const isSigned = losses.some(({ key }) => key.name === origin);
  if (!isAfterLoss(origin) || isSigned) return [];
  return [problemOf('log.loss-unsigned', VERIFY_EXIT.alert, { index: 0 })];
}

/**
 * The first leaf of a log that goes on after a loss must say what States signed, not before they let it, and must name
 * as lost exactly what is not there: everything between what the old log shows and what they named. Such a log is
 * never called whole. Throws a `TlogError`.
 */
export function judgeLoss(
  { loss }: ContinuedLoss,
  before: LogFinding,
  opening: { readonly leaf: Uint8Array; readonly shown: ShownEvent },
): readonly Problem[] {
  const { lost, next, reason, states, effectiveAfterMs } = loss;
  const { leaf, shown } = opening;
  const said = verifyOpening(
    noteCrypto,
    { origin: next.origin, leaf, predecessor: lost },
    shown,
  ).lost;
  const isAllOfIt = said?.from === before.size && said.to === lost.size - 1;
  const isInTime = decodeLeaf(leaf).occurredAtMs >= effectiveAfterMs;
  if (!isAllOfIt || !isInTime) {
    return [problemOf('tlog.turn-refused', VERIFY_EXIT.alert, { index: 0, detail: before.origin })];
  }
  const detail = `${before.origin} ${said.from}-${said.to} (${states.join(' ')}: ${reason})`;
  return [problemOf(CONTINUED_AFTER_LOSS, VERIFY_EXIT.missing, { detail })];
}
