import { utf8 } from '@enlace/kernel';
import {
  isQuorum,
  isSameKey,
  openCheckpoint,
  parsePolicy,
  parseVkey,
  TlogError,
  type CheckpointKeys,
  type Policy,
} from '@enlace/tlog';
import type { TrustStore } from '@enlace/trust';
import { Inject, Injectable } from '@nestjs/common';

import type { PublishedLog } from './published-logs.js';
import { nodeTlogCrypto } from '../tlog/node-tlog-crypto.js';
import { TRUST_STORE } from '../tokens.js';

/** The policy of witnesses as this server holds it. It decides what is offered; verifiers use their own. */
@Injectable()
export class WitnessPolicy {
  readonly text: string | null;
  readonly #policy: Policy | null;

  constructor(@Inject(TRUST_STORE) trustStore: TrustStore | null) {
    this.text = trustStore?.policy ?? null;
    this.#policy = this.text === null ? null : parsePolicy(nodeTlogCrypto, utf8(this.text));
  }

  /** The first of the checkpoints that the quorum cosigned; `null` when none was. */
  newestWitnessed(
    log: Pick<PublishedLog, 'origin' | 'vkey'>,
    checkpoints: readonly Uint8Array[],
  ): Uint8Array | null {
    const policy = this.#policy;
    if (policy === null) return null;
    const keys = {
      origin: log.origin,
      logKeys: [parseVkey(nodeTlogCrypto, log.vkey)],
      witnessKeys: policy.witnesses.map(({ key }) => key),
    };
    const isWitnessed = (note: Uint8Array): boolean => {
      const cosignatures = cosignaturesOf(note, keys);
      const made = policy.witnesses.filter(({ key }) =>
        cosignatures.some((cosignature) => isSameKey(cosignature.key, key)),
      );
      return isQuorum(policy, new Set(made.map(({ name }) => name)));
    };
    return checkpoints.find(isWitnessed) ?? null;
  }
}

/** A note that was damaged in the tables is nobody's; whoever reads the newest one will see that. */
function cosignaturesOf(note: Uint8Array, keys: CheckpointKeys) {
  try {
    return openCheckpoint(nodeTlogCrypto, note, keys).cosignatures;
  } catch (error) {
    if (error instanceof TlogError) return [];
    throw error;
  }
}
