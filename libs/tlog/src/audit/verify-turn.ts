import {
  equalBytes,
  isDomainError,
  isJsonObject,
  parseBase64Url,
  parseStrictJson,
  parseUtf8,
  type Branded,
  type JsonObject,
} from '@enlace/kernel';

import { verifyEvent } from '../events/sections.js';
import type { TlogCrypto } from '../tlog-crypto.js';
import { TurnRefused } from '../tlog-error.js';
import type { TreeHead } from '../tree/hash.js';
import { markVerified } from '../verified.js';
import type { ShownEvent } from './check-manifests.js';

/** An end of a log whose leaf the caller has proven to stand there. */
interface ProvenEnd {
  readonly origin: string;
  readonly leaf: Uint8Array;
}

/** The log that a closed one names as the next. */
interface NextLog {
  readonly origin: string;
  readonly vkey: string;
}
export type VerifiedClosing = Branded<NextLog, 'VerifiedClosing'>;

interface Continuation {
  readonly predecessor: string;
  /** Entries of the predecessor that are lost; null where the predecessor was closed and nothing is. */
  readonly lost: { readonly from: number; readonly to: number } | null;
}
export type VerifiedOpening = Branded<Continuation, 'VerifiedOpening'>;

/**
 * The last leaf of a log closes it and names the next one and its key. A key counts only when a statement of the
 * directory announced the same. Throws `tlog.turn-refused`.
 */
export function verifyClosing(
  crypto: TlogCrypto,
  log: ProvenEnd & Pick<TreeHead, 'size'>,
  shown: ShownEvent,
): VerifiedClosing {
  const what = openTurn(crypto, { ...log, index: log.size - 1 }, { shown, type: 'log.closed' });
  const { nextOrigin, nextVkey } = what;
  if (typeof nextOrigin !== 'string' || typeof nextVkey !== 'string') {
    throw new TurnRefused('the closing leaf names no next log');
  }
  return markVerified<'VerifiedClosing', NextLog>({ origin: nextOrigin, vkey: nextVkey });
}

/**
 * The first leaf of a log continues the one before at exactly this head. One that continues after a loss says what was
 * lost; whether it may, a break-glass statement says. Throws `tlog.turn-refused`.
 */
export function verifyOpening(
  crypto: TlogCrypto,
  log: ProvenEnd & { readonly predecessor: TreeHead & { readonly origin: string } },
  shown: ShownEvent,
): VerifiedOpening {
  const what = openTurn(crypto, { ...log, index: 0 }, { shown, type: 'log.continued' });
  const { predecessor } = log;
  const root = readRoot(what['predecessorRoot']);
  const isContinued =
    what['predecessor'] === predecessor.origin &&
    what['predecessorSize'] === predecessor.size &&
    root !== null &&
    equalBytes(root, predecessor.root);
  if (!isContinued) throw new TurnRefused('the log continues another head than this one');
  const lost = readLost(what);
  const content = { predecessor: predecessor.origin, lost };
  return markVerified<'VerifiedOpening', Continuation>(content);
}

// Attacker-controlled: what is shown of the event; the leaf is what was proven.
function openTurn(
  crypto: TlogCrypto,
  { origin, leaf, index }: ProvenEnd & { readonly index: number },
  { shown, type }: { readonly shown: ShownEvent; readonly type: string },
): JsonObject {
  const { digests, what } = shown;
  if (shown.index !== index) throw new TurnRefused('not an end of the log');
  try {
    const event = verifyEvent(crypto, { leaf, digests, sections: { what } });
    const said = parseStrictJson(parseUtf8(event.sections.what ?? new Uint8Array()));
    const isTurn = event.leaf.kind === 'life' && isJsonObject(said);
    if (isTurn && said['type'] === type && said['origin'] === origin) return said;
  } catch (cause) {
    if (isDomainError(cause)) throw new TurnRefused('the log does not say this', { cause });
    throw cause;
  }
  throw new TurnRefused(`the leaf is no ${type} of this log`);
}

function readLost(what: JsonObject): Continuation['lost'] {
  const { lostFrom, lostTo } = what;
  if (lostFrom === undefined && lostTo === undefined) return null;
  const isRange = Number.isSafeInteger(lostFrom) && Number.isSafeInteger(lostTo);
  if (!isRange) throw new TurnRefused('a loss without a range');
  return { from: Number(lostFrom), to: Number(lostTo) };
}

function readRoot(text: unknown): Uint8Array | null {
  if (typeof text !== 'string') return null;
  try {
    return parseBase64Url(text);
  } catch (error) {
    if (isDomainError(error)) return null;
    throw error;
  }
}
