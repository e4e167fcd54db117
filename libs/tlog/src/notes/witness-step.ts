import type { NoteCrypto } from '../tlog-crypto.js';
import { EmptyTree, NoteSignature, NoteUnsigned, TlogError, VkeyMalformed } from '../tlog-error.js';
import { verifyGrowth } from '../tree/consistency.js';
import type { TreeHead } from '../tree/hash.js';
import { parseAddCheckpoint } from './add-checkpoint.js';
import { cosign, openCheckpoint, type VerifiedCheckpoint } from './checkpoint.js';
import { splitNote, type NoteSigner } from './note.js';
import type { VerifierKey } from './vkey.js';

/** What a witness keeps of one log. */
export interface WitnessedLog {
  readonly keys: readonly VerifierKey[];
  /** The largest checkpoint it cosigned; null before the first. */
  readonly latest: TreeHead | null;
}

export interface WitnessState {
  /** By origin. Only this witness's own configuration and record; nothing of it comes from a request. */
  readonly logs: ReadonlyMap<string, WitnessedLog>;
  readonly signer: NoteSigner;
  readonly timeSeconds: number;
}

interface WitnessRefusal {
  readonly status: 400 | 403 | 404 | 422;
  readonly body: '';
  /**
   * Null for an unknown origin and for an old size above the checkpoint's. After 422 the request is evidence: keep
   * it.
   */
  readonly cause: TlogError | null;
}

/** An answer of C2SP tlog-witness, `add-checkpoint`. */
export type WitnessAnswer =
  | {
      readonly status: 200;
      /** One signature line, with newline. */
      readonly body: string;
      /** MUST be durable, by compare-and-set against the `latest` that was given, before `body` leaves the witness. */
      readonly next: VerifiedCheckpoint;
    }
  | { readonly status: 409; readonly body: string; readonly contentType: 'text/x.tlog.size' }
  | WitnessRefusal;

/**
 * One request of a log to a witness, decided without side effect. The caller locks the log's record, persists `next`
 * and only then answers; two requests side by side would otherwise roll the record back. Throws nothing but errors of
 * the ports, and `tlog.vkey-malformed` when the witness itself is configured with a wrong key.
 */
export function witnessStep(
  crypto: NoteCrypto,
  state: WitnessState,
  body: Uint8Array,
): WitnessAnswer {
  try {
    const request = parseAddCheckpoint(body);
    // Attacker-controlled: the origin read here only chooses the record and its keys; then the signature decides.
    const origin = firstLine(splitNote(request.checkpoint).text);
    const log = state.logs.get(origin);
    if (log === undefined) return { status: 404, body: '', cause: null };
    const next = openCheckpoint(crypto, request.checkpoint, { origin, logKeys: log.keys });
    if (request.oldSize > next.size) return { status: 400, body: '', cause: null };
    const latestSize = log.latest?.size ?? 0;
    if (request.oldSize !== latestSize) {
      return { status: 409, body: `${latestSize}\n`, contentType: 'text/x.tlog.size' };
    }
    const refusal = refusalOfGrowth(crypto, log.latest, { next, proof: request.proof });
    if (refusal) return refusal;
    return { status: 200, body: `${cosign(next.text, state.timeSeconds, state.signer)}\n`, next };
  } catch (cause) {
    // Keys come from this witness's own configuration only: a fault of it is not the log's.
    if (!(cause instanceof TlogError) || cause instanceof VkeyMalformed) throw cause;
    return { status: statusOf(cause), body: '', cause };
  }
}

function refusalOfGrowth(
  crypto: NoteCrypto,
  latest: TreeHead | null,
  growth: { readonly next: TreeHead; readonly proof: readonly Uint8Array[] },
): WitnessRefusal | null {
  try {
    verifyGrowth(crypto, latest, growth);
    return null;
  } catch (cause) {
    if (!(cause instanceof TlogError)) throw cause;
    return { status: 422, body: '', cause };
  }
}

function statusOf(cause: TlogError): WitnessRefusal['status'] {
  if (cause instanceof NoteUnsigned || cause instanceof NoteSignature) return 403;
  return cause instanceof EmptyTree ? 422 : 400;
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n'));
}
