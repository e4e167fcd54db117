import type { Branded } from '@enlace/kernel';

import type { NoteCrypto } from '../tlog-crypto.js';
import { OriginMismatch, QuorumUnmet } from '../tlog-error.js';
import { markVerified } from '../verified.js';
import { openCheckpoint, parseCheckpoint, type CheckpointContent } from './checkpoint.js';
import { splitNote } from './note.js';
import { NO_QUORUM, type Policy } from './policy-file.js';
import { isSameKey } from './vkey.js';

/** A witness of the policy whose cosignature verified. */
export interface Cosigner {
  readonly name: string;
  readonly timeSeconds: number;
}

interface JudgedContent {
  readonly checkpoint: CheckpointContent;
  /** In the policy's order. */
  readonly cosigners: readonly Cosigner[];
  readonly meetsQuorum: boolean;
}
/** A checkpoint that a log of the policy signed; whether its witnesses suffice is `meetsQuorum`. */
export type JudgedCheckpoint = Branded<Readonly<JudgedContent>, 'JudgedCheckpoint'>;

/** A checkpoint that a log of the policy signed and its quorum cosigned. */
export type WitnessedCheckpoint = Branded<Readonly<CheckpointContent>, 'WitnessedCheckpoint'>;

/**
 * Opens a checkpoint of any log of the policy and counts its cosigners. Throws what `openCheckpoint` throws, and
 * `tlog.origin-mismatch` for a log that the policy does not name. A missed quorum is no error here: screens and
 * reports show who cosigned and who did not.
 */
export function judgeCheckpoint(
  crypto: NoteCrypto,
  note: Uint8Array,
  policy: Policy,
): JudgedCheckpoint {
  // Attacker-controlled: the origin read here only chooses among the policy's own keys; then the signature decides.
  const { origin } = parseCheckpoint(splitNote(note).text);
  const logKeys = policy.logs.map(({ key }) => key).filter(({ name }) => name === origin);
  if (logKeys.length === 0) throw new OriginMismatch('the policy names no such log');
  const witnessKeys = policy.witnesses.map(({ key }) => key);
  const checkpoint = openCheckpoint(crypto, note, { origin, logKeys, witnessKeys });
  const cosigners = policy.witnesses.flatMap(({ name, key }) => {
    const made = checkpoint.cosignatures.find((cosignature) => isSameKey(cosignature.key, key));
    const timeSeconds = made?.timeSeconds ?? null;
    return timeSeconds === null ? [] : [{ name, timeSeconds }];
  });
  const meetsQuorum = isQuorum(policy, new Set(cosigners.map(({ name }) => name)));
  return markVerified<'JudgedCheckpoint', JudgedContent>({ checkpoint, cosigners, meetsQuorum });
}

/** As `judgeCheckpoint`; throws `tlog.quorum-unmet` as well, with the number of cosigners. */
export function openWitnessedCheckpoint(
  crypto: NoteCrypto,
  note: Uint8Array,
  policy: Policy,
): WitnessedCheckpoint {
  const { checkpoint, cosigners, meetsQuorum } = judgeCheckpoint(crypto, note, policy);
  if (!meetsQuorum) {
    throw new QuorumUnmet('too few witnesses cosigned', {
      facts: { cosigners: cosigners.length, witnesses: policy.witnesses.length },
    });
  }
  return markVerified<'WitnessedCheckpoint', CheckpointContent>(checkpoint);
}

/** Whether these witnesses meet the quorum. One pass: groups name only what stands before them, so nothing recurses. */
export function isQuorum(policy: Policy, witnessNames: ReadonlySet<string>): boolean {
  if (policy.quorum === NO_QUORUM) return true;
  const known = policy.witnesses.map(({ name }) => name);
  const reached = new Set(known.filter((name) => witnessNames.has(name)));
  for (const { name, threshold, members } of policy.groups) {
    if (members.filter((member) => reached.has(member)).length >= threshold) reached.add(name);
  }
  return reached.has(policy.quorum);
}
